import {
  CancelSpotFleetRequestsCommand,
  DescribeInstancesCommand,
  DescribeSpotFleetInstancesCommand,
  DescribeSpotFleetRequestHistoryCommand,
  DescribeSpotFleetRequestsCommand,
  ModifySpotFleetRequestCommand,
  RequestSpotFleetCommand,
  type SpotFleetRequestConfigData,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { connection, Ec2Cloud } from "./ec2Cloud";
import { FLEET_POOLS, MODIFYING_S } from "./fleetPools";

describe("fleets of EC2", () => {
  let c: Ec2Cloud;
  let role: string;
  beforeEach(async () => {
    c = await Ec2Cloud.start();
    c.store.bootMs = () => 30_000;
    await c.launchTemplate("node");
    role = await fleetRole(["ec2:RunInstances", "ec2:TerminateInstances"]);
  });
  afterEach(() => c.stop());

  async function fleetRole(actions: string[]): Promise<string> {
    const iam = new IAMClient(connection(c.cloud));
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: "fleet",
        AssumeRolePolicyDocument: policy({
          Action: "sts:AssumeRole",
          Principal: { Service: "spotfleet.amazonaws.com" },
        }),
      }),
    );
    const PolicyDocument = policy({ Action: actions, Resource: "*" });
    await iam.send(
      new PutRolePolicyCommand({ RoleName: "fleet", PolicyName: "launch", PolicyDocument }),
    );
    iam.destroy();
    return Role?.Arn ?? "";
  }

  async function request(more: Partial<SpotFleetRequestConfigData> = {}): Promise<string> {
    const SpotFleetRequestConfig: SpotFleetRequestConfigData = {
      IamFleetRole: role,
      AllocationStrategy: "diversified",
      TargetCapacity: 4,
      LaunchTemplateConfigs: [
        {
          LaunchTemplateSpecification: { LaunchTemplateName: "node", Version: "1" },
          Overrides: FLEET_POOLS,
        },
      ],
      ...more,
    };
    const answer = await c.client.send(new RequestSpotFleetCommand({ SpotFleetRequestConfig }));
    return answer.SpotFleetRequestId ?? "";
  }

  async function describeRequest(id: string) {
    const { SpotFleetRequestConfigs = [] } = await c.client.send(
      new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds: [id] }),
    );
    const { SpotFleetRequestState: state, SpotFleetRequestConfig: config } =
      SpotFleetRequestConfigs[0];
    const { TargetCapacity: target, FulfilledCapacity: fulfilled } = config ?? {};
    return { state, target, fulfilled };
  }

  async function instancesOf(id: string) {
    const { ActiveInstances = [] } = await c.client.send(
      new DescribeSpotFleetInstancesCommand({ SpotFleetRequestId: id }),
    );
    return ActiveInstances;
  }

  const modify = (SpotFleetRequestId: string, TargetCapacity: number, keeps = false) =>
    c.client.send(
      new ModifySpotFleetRequestCommand({
        SpotFleetRequestId,
        TargetCapacity,
        ExcessCapacityTerminationPolicy: keeps ? "noTermination" : "default",
      }),
    );

  async function policyOf(id: string): Promise<string | undefined> {
    const { SpotFleetRequestConfigs = [] } = await c.client.send(
      new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds: [id] }),
    );
    return SpotFleetRequestConfigs[0].SpotFleetRequestConfig?.ExcessCapacityTerminationPolicy;
  }

  it("spread over their pools, count in units of capacity, and use a launch template's settings", async () => {
    const id = await request();
    expect(await describeRequest(id)).to.deep.equal({
      state: "submitted",
      target: 4,
      fulfilled: 0,
    });
    await c.seconds(1);
    expect(await describeRequest(id)).to.deep.equal({ state: "active", target: 4, fulfilled: 4 });
    const active = await instancesOf(id);
    expect(active.map(({ InstanceType }) => InstanceType)).to.deep.equal([
      "m5.large",
      "m5.xlarge",
      "m5.large",
    ]);
    const { Reservations = [] } = await c.client.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: "tag:aws:ec2spot:fleet-request-id", Values: [id] }],
      }),
    );
    const found = Reservations.flatMap(({ Instances = [] }) => Instances);
    expect(found.map((one) => one.InstanceLifecycle)).to.deep.equal(["spot", "spot", "spot"]);
  });

  it("accept one change of their target at a time, and terminate or keep excess instances as configured", async () => {
    const id = await request();
    await expectAwsError(modify(id, 6), "FleetNotInModifiableState");
    await c.seconds(1);
    await modify(id, 6);
    expect((await describeRequest(id)).state).to.equal("modifying");
    await expectAwsError(modify(id, 7), "FleetNotInModifiableState");
    await c.seconds(MODIFYING_S);
    expect(await describeRequest(id)).to.deep.equal({ state: "active", target: 6, fulfilled: 6 });
    await modify(id, 2, true);
    await c.seconds(MODIFYING_S);
    expect(await describeRequest(id)).to.deep.equal({ state: "active", target: 2, fulfilled: 6 });
    expect(await policyOf(id)).to.equal("noTermination");
    await modify(id, 1);
    await c.seconds(MODIFYING_S);
    expect(await describeRequest(id)).to.deep.equal({ state: "active", target: 1, fulfilled: 1 });
    expect(await policyOf(id)).to.equal("default");
    const once = await request({ Type: "request" });
    await c.seconds(1);
    await expectAwsError(modify(once, 9), "FleetNotInModifiableState");
  });

  it("keep an On-Demand base, and replace interrupted and terminated instances", async () => {
    const id = await request({ TargetCapacity: 3, OnDemandTargetCapacity: 1 });
    await c.seconds(60);
    const before = await instancesOf(id);
    const spot = before.filter((one) => one.SpotInstanceRequestId);
    expect([before.length, spot.length]).to.deep.equal([before.length, before.length - 1]);
    const [interrupted] = spot.map(({ InstanceId = "" }) => InstanceId);
    c.cloud.set("spot", { instance: interrupted, notice: "interruption" });
    await c.seconds(119);
    expect((await instancesOf(id)).map(({ InstanceId }) => InstanceId)).to.include(interrupted);
    await c.seconds(3);
    const after = (await instancesOf(id)).map(({ InstanceId }) => InstanceId);
    expect(after).not.to.include(interrupted);
    expect((await describeRequest(id)).fulfilled).to.be.at.least(3);
    const base = before.find((one) => !one.SpotInstanceRequestId)?.InstanceId ?? "";
    await c.client.send(new TerminateInstancesCommand({ InstanceIds: [base] }));
    await c.seconds(2);
    const bases = (await instancesOf(id)).filter((one) => !one.SpotInstanceRequestId);
    expect(bases.map(({ InstanceId }) => InstanceId === base)).to.deep.equal([false]);
  });

  it("launch a replacement for an instance at risk, with capacity rebalancing", async () => {
    const rebalance = { CapacityRebalance: { ReplacementStrategy: "launch" as const } };
    const id = await request({ TargetCapacity: 1, SpotMaintenanceStrategies: rebalance });
    await c.seconds(60);
    const [{ InstanceId: atRisk }] = await instancesOf(id);
    c.cloud.set("spot", { instance: atRisk, notice: "rebalance" });
    await c.seconds(2);
    expect((await instancesOf(id)).map(({ InstanceId }) => InstanceId === atRisk)).to.deep.equal([
      true,
      false,
    ]);
  });

  it("use other pools when one is exhausted, report when all are, and continue when there is capacity again", async () => {
    const pool = (instanceType: string, instances: number | null) =>
      c.cloud.set("pools", { instanceType, instances });
    pool("m5.large", 0);
    const id = await request();
    await c.seconds(1);
    const types = (await instancesOf(id)).map(({ InstanceType }) => InstanceType);
    expect(types).to.deep.equal(["m5.xlarge", "m5.xlarge"]);
    pool("m5.xlarge", 1);
    await modify(id, 8);
    await c.seconds(MODIFYING_S);
    expect(await describeRequest(id)).to.deep.equal({ state: "active", target: 8, fulfilled: 4 });
    const { HistoryRecords = [] } = await c.client.send(
      new DescribeSpotFleetRequestHistoryCommand({
        SpotFleetRequestId: id,
        StartTime: new Date(0),
      }),
    );
    const errors = HistoryRecords.filter(({ EventType }) => EventType === "error");
    expect(errors.map(({ EventInformation }) => EventInformation?.EventSubType)).to.include(
      "allLaunchSpecsTemporarilyBlacklisted",
    );
    pool("m5.xlarge", null);
    await c.seconds(61);
    expect((await describeRequest(id)).fulfilled).to.equal(8);
    expect(() => pool("large", 1)).to.throw("'instanceType' must be a type such as m5.large");
    expect(() => pool("m5.large", -1)).to.throw("'instances' must be a count");
  });

  it("use their role: without its permissions nothing is launched, and the history contains the reason", async () => {
    const iam = new IAMClient(connection(c.cloud));
    const PolicyDocument = policy({ Action: "ec2:TerminateInstances", Resource: "*" });
    await iam.send(
      new PutRolePolicyCommand({ RoleName: "fleet", PolicyName: "launch", PolicyDocument }),
    );
    iam.destroy();
    const id = await request();
    await c.seconds(1);
    expect((await describeRequest(id)).fulfilled).to.equal(0);
    const { HistoryRecords = [] } = await c.client.send(
      new DescribeSpotFleetRequestHistoryCommand({
        SpotFleetRequestId: id,
        StartTime: new Date(0),
        EventType: "error",
      }),
    );
    expect(HistoryRecords[0].EventInformation?.EventSubType).to.equal("iamFleetRoleInvalid");
    await expectAwsError(
      request({ IamFleetRole: `${role}-gone` }),
      "InvalidSpotFleetRequestConfig",
    );
  });

  it("end with or without their instances, and are cancelled when the last one has terminated", async () => {
    const cancel = async (id: string, TerminateInstances: boolean) => {
      const { SuccessfulFleetRequests = [] } = await c.client.send(
        new CancelSpotFleetRequestsCommand({ SpotFleetRequestIds: [id], TerminateInstances }),
      );
      return SuccessfulFleetRequests[0].CurrentSpotFleetRequestState;
    };
    const [kept, ended] = [await request(), await request()];
    await c.seconds(60);
    expect(await cancel(kept, false)).to.equal("cancelled_running");
    expect(await cancel(ended, true)).to.equal("cancelled_terminating");
    await c.seconds(60);
    expect([(await describeRequest(kept)).state, (await instancesOf(kept)).length]).to.deep.equal([
      "cancelled_running",
      3,
    ]);
    expect([(await describeRequest(ended)).state, (await instancesOf(ended)).length]).to.deep.equal(
      ["cancelled", 0],
    );
  });

  it("report their capacity and their instances' load every minute", async () => {
    const id = await request({ TargetCapacity: 3 });
    c.cloud.set("load", { fleet: id, cpuPercent: 70 });
    await c.seconds(150);
    const cloudwatch = new CloudWatchClient(connection(c.cloud));
    const last = async (MetricName: string): Promise<number | undefined> => {
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/EC2Spot",
          MetricName,
          Dimensions: [{ Name: "FleetRequestId", Value: id }],
          StartTime: new Date(c.cloud.clock.now() - 300_000),
          EndTime: c.cloud.clock.date(),
          Period: 60,
          Statistics: ["Average"],
        }),
      );
      return Datapoints.at(-1)?.Average;
    };
    expect(await last("TargetCapacity")).to.equal(3);
    expect(await last("FulfilledCapacity")).to.equal(3);
    expect(await last("EligibleInstancePoolCount")).to.equal(4);
    expect(await last("CPUUtilization")).to.equal(70);
    cloudwatch.destroy();
    expect(() => c.cloud.set("load", { fleet: "sfr-1", cpuPercent: 1 })).to.throw(
      "There is no fleet 'sfr-1'",
    );
  });
});

function policy(statement: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", ...statement }],
  });
}
