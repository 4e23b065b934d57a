import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { SpotFleetScaler, type SpotFleetScalerArgs } from "../../../../components";
import { factsOf, policyAdvice } from "../../../../components/ecs/spotFleetScaler/fleetFacts";
import { scaledFleet } from "../../../../components/ecs/spotFleetScaler/scaledFleet";
import { componentGraph } from "../../../support/graph/componentGraph";
import { acceptedBy, ACCOUNT, REGION } from "../../../support/graph/pulumiMocks";
import { itRefuses, refused, type Refusal } from "../../../support/graph/refusals";

const ID = "fleet-12a34b55-67cd-8ef9-ba9b-9208d0000000";
const SPOT_ID = "sfr-73fbd2ce-aa30-494c-8788-1cee4e000000";

const ARGS: SpotFleetScalerArgs = {
  fleet: ID,
  min: 1,
  max: 6,
  metric: "cpu",
  target: 60,
  excess: "terminate",
  alarmActions: [],
};

const TICKS = ["web-tick", "web-slow-tick"];

interface Document {
  Statement: { Sid?: string; Action: string[]; Resource: string[]; Condition?: object }[];
}

describe("SpotFleetScaler", function () {
  this.timeout(60_000);
  const graph = (args: Partial<SpotFleetScalerArgs> = {}) =>
    componentGraph(() => new SpotFleetScaler("web", { ...ARGS, ...args }));

  async function namesOf(type: string, args: Partial<SpotFleetScalerArgs> = {}): Promise<string[]> {
    return (await graph(args)).filter((one) => one.type === type).map(({ name }) => name);
  }

  async function statements(args: Partial<SpotFleetScalerArgs>): Promise<Document["Statement"]> {
    const all = await graph(args);
    const policy = all.find(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    return (JSON.parse(String(policy?.props.policy)) as Document).Statement;
  }

  it("creates one function, its table, a tick, its alarms and the record for the command scale", async () => {
    expect(await namesOf("aws:lambda/function:Function")).to.deep.equal(["web"]);
    expect(await namesOf("aws:dynamodb/table:Table")).to.deep.equal(["web-decisions"]);
    expect(await namesOf("aws:cloudwatch/eventRule:EventRule")).to.have.members(TICKS);
    expect(await namesOf("aws:cloudwatch/metricAlarm:MetricAlarm")).to.have.members([
      "web-errors",
      "web-failures",
      "web-cpu-high",
      "web-cpu-low",
      "web-no-capacity",
    ]);
    const record = (await graph()).find(({ type }) => type === "aws:ssm/parameter:Parameter");
    // Pulumi treats every parameter value as a secret.
    const { value } = record?.props.value as { value: string };
    expect(JSON.parse(value)).to.include({ service: ID, min: 1, max: 6, unit: "units" });
  });

  it("listens to Spot's notices for the instances of a cluster, unless it only observes", async () => {
    const rules = "aws:cloudwatch/eventRule:EventRule";
    const cluster = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/demo`;
    expect(await namesOf(rules, { cluster })).to.have.members([
      ...TICKS,
      "web-notices",
      "web-unplaced",
    ]);
    expect(await namesOf(rules, { cluster, mode: "observe" })).to.have.members([
      ...TICKS,
      "web-unplaced",
    ]);
    const all = await graph({ cluster });
    const rule = all.find(({ name, type }) => name === "web-notices" && type === rules);
    expect(JSON.parse(String(rule?.props.eventPattern))).to.deep.equal({
      source: ["aws.ec2"],
      "detail-type": [
        "EC2 Spot Instance Interruption Warning",
        "EC2 Instance Rebalance Recommendation",
      ],
    });
    const target = all.find(({ name }) => name === "web-notices-target");
    expect(target?.props.input).to.equal(undefined);
  });

  it("may change one fleet, and with a cluster terminate only instances with the fleet's tag", async () => {
    const plain = await statements({});
    expect(plain.find(({ Sid }) => Sid === "Scale")).to.deep.include({
      Action: ["ec2:ModifyFleet"],
      Resource: [`arn:aws:ec2:${REGION}:${ACCOUNT}:fleet/${ID}`],
    });
    expect(plain.map(({ Sid }) => Sid)).not.to.include.members(["Drain", "EndInstances"]);
    const carrying = await statements({ fleet: SPOT_ID, cluster: "demo" });
    expect(carrying.find(({ Sid }) => Sid === "EndInstances")).to.deep.include({
      Action: ["ec2:TerminateInstances"],
      Resource: [`arn:aws:ec2:${REGION}:${ACCOUNT}:instance/*`],
      Condition: { StringEquals: { "aws:ResourceTag/aws:ec2spot:fleet-request-id": SPOT_ID } },
    });
    const observing = await statements({ cluster: "demo", mode: "observe" });
    const writes = observing
      .flatMap(({ Action }) => Action)
      .filter((one) => /:(Modify|Update|Term)/.test(one));
    expect(writes).to.deep.equal(["dynamodb:UpdateItem"]);
  });

  const wrong: Refusal<SpotFleetScalerArgs>[] = [
    [{ fleet: "asg-web" }, 'fleet: given "asg-web"; an id is fleet-... or sfr-....'],
    [
      { fleet: 5 as unknown as string },
      "fleet: given number; give an aws.ec2.SpotFleetRequest or an aws.ec2.Fleet, or its id as a text.",
    ],
    [{ min: 7 }, "min: given 7; allowed is at most max, which is 6."],
    [{ max: 20_000 }, /^max: given 20000; allowed are whole units of capacity from 1 to 10000/],
    [{ max: 1.5 }, /^max: given 1.5; allowed are whole units/],
    [
      { min: 0 },
      "min: given 0; a fleet without instances has no cpu, so no alarm would ever start it; set min to 1, or scale by a queue.",
    ],
    [
      { schedules: [{ cron: "cron(0 20 * * ? *)", min: 0, max: 2 }] },
      /^min: given 0; a fleet without instances/,
    ],
    [{ schedules: {} as [] }, "schedules: given {}; list schedules, or leave it out."],
    [
      { schedules: [null] as unknown as SpotFleetScalerArgs["schedules"] },
      "schedules[0]: given null; give an object with cron, min and max.",
    ],
    [
      { schedules: [{ cron: "cron(0 20 * * ? *)" }] as SpotFleetScalerArgs["schedules"] },
      "schedules[0].min: given undefined; give a whole number of units of capacity.",
    ],
    [
      { scaleOut: { above: 70, coolDown: 5 } as SpotFleetScalerArgs["scaleOut"] },
      /^scaleOut.coolDown: given "coolDown"; allowed names are above, steps, period/,
    ],
    [
      { scaleOut: { above: 70, steps: 2 as unknown as [] } },
      "scaleOut.steps: given 2; give a list.",
    ],
    [
      { metric: "memory" as "cpu" },
      'metric: given string; allowed are "cpu", or an object with one of reserved, queue, metricName.',
    ],
    [
      { metric: { queue: "arn:aws:sqs:eu-central-1:1:q" as unknown as aws.sqs.Queue } },
      "metric.queue: given string; give an aws.sqs.Queue.",
    ],
    [
      { metric: { reserved: "disk" as "cpu", cluster: "demo" } },
      'metric.reserved: given "disk"; allowed are cpu, memory.',
    ],
    [
      { metric: { reserved: "cpu" } as SpotFleetScalerArgs["metric"] },
      "metric.cluster: given undefined; give the cluster or its name.",
    ],
    [
      { metric: { metricName: "Load" } as SpotFleetScalerArgs["metric"] },
      /^metric.namespace: given undefined; give namespace and metricName as in CloudWatch/,
    ],
    [
      { metric: { namespace: "N", metricName: "M", per: "task" as "unit" } },
      'metric.per: given "task"; allowed are unit, fleet.',
    ],
    [{ cluster: "" }, 'cluster: given ""; give the cluster or its name.'],
    [{ metric: undefined }, "metric: given nothing; give metric, or metrics for several."],
    [{ target: undefined }, "target: given nothing; give target, scaleOut or scaleIn."],
    [{ target: -1 }, "target: given -1; allowed is a number above 0."],
    [
      { scaleOut: { above: 70, period: 20 } },
      "scaleOut.period: given 20; EC2, ECS and SQS publish metrics every 60 seconds.",
    ],
    [
      { scaleIn: { below: 80 } },
      /^scaleIn.below: given 80; allowed is below scaleOut.above, which is 60/,
    ],
    [{ name: "a b" }, /^name: given "a b"; give each metric a name of its own/],
    [
      { excess: undefined },
      "excess: given undefined; say what happens to instances above a lowered target: give terminate or keep.",
    ],
    [{ excess: "drain" as "keep" }, /^excess: given "drain"; allowed are terminate, keep/],
    [
      { onDemandBase: 999 },
      /^onDemandBase: given 999; it is part of the target, which is at most \d+/,
    ],
    [{ onDemandBase: -1 }, /^onDemandBase: given -1; allowed are whole units of capacity/],
    [
      { drainTimeout: 600 },
      "drainTimeout: given 600; it applies only to container instances: give cluster.",
    ],
    [{ rebalance: "ignore" }, /^rebalance: given "ignore"; it applies only to container instances/],
    [{ cluster: "demo", drainTimeout: 30 }, /^drainTimeout: given 30; allowed are whole seconds/],
    [{ cluster: "demo", rebalance: "end" as "drain" }, /^rebalance: given "end"; allowed are/],
    [{ warmup: 4000 }, /^warmup: given 4000/],
    [{ capacityTimeout: 5 }, /^capacityTimeout: given 5/],
    [{ cooldown: 5 } as object, /^cooldown: given "cooldown"; allowed names are/],
  ];
  itRefuses((args) => new SpotFleetScaler("web", { ...ARGS, ...args }), wrong);

  it("refuses a program without the required arguments", () => {
    const says = refused(() => new SpotFleetScaler("web", undefined as never));
    expect(says).to.match(/^args: given undefined; give an object with min, max, target/);
  });

  /** Returns the result of a program with a scaler of this fleet. */
  function given(
    create: () => SpotFleetScalerArgs["fleet"],
    args: Pick<SpotFleetScalerArgs, "onDemandBase"> = {},
  ): Promise<string> {
    return acceptedBy(() => {
      const self = new pulumi.ComponentResource("test:index:Self", "self");
      return scaledFleet(self, { fleet: create(), ...args }).fleetId;
    });
  }

  const request = (fleetType?: string): aws.ec2.SpotFleetRequest =>
    new aws.ec2.SpotFleetRequest("spot", {
      ...{ iamFleetRole: "arn:aws:iam::123456789012:role/fleet", targetCapacity: 1, fleetType },
    });
  const newer = (type?: string, target = {}): aws.ec2.Fleet =>
    new aws.ec2.Fleet("newer", {
      targetCapacitySpecification: {
        ...{ defaultTargetCapacityType: "spot", totalTargetCapacity: 4, ...target },
      },
      launchTemplateConfigs: [],
      type,
    });

  it("refuses a fleet whose target cannot be changed, of either kind", async () => {
    const says =
      "fleet: its type is request, whose target cannot be changed; give a fleet of type maintain.";
    expect(await given(() => request("request"))).to.equal(says);
    expect(await given(() => newer("request"))).to.equal(says);
    for (const type of [undefined, "maintain"]) {
      expect(await given(() => request(type))).to.match(/^accepted /);
      expect(await given(() => newer(type))).to.match(/^accepted /);
    }
  });

  it("refuses a fleet whose target consists of On-Demand Instances", async () => {
    const fleet = () => newer("maintain", { defaultTargetCapacityType: "on-demand" });
    expect(await given(fleet)).to.equal(
      "fleet: its defaultTargetCapacityType is on-demand; set it to spot, and give onDemandBase for the On-Demand units.",
    );
  });

  it("refuses to remove a fleet's On-Demand units unasked, and removes them when configured", async () => {
    const says =
      "onDemandBase: not given, and 2 units of the fleet are On-Demand; give 2 to keep them, or 0 to use Spot instead.";
    const mixed = () => newer("maintain", { onDemandTargetCapacity: 2 });
    expect(await given(mixed)).to.equal(says);
    expect(await given(mixed, { onDemandBase: 0 })).to.match(/^accepted /);
    expect(await given(mixed, { onDemandBase: 2 })).to.match(/^accepted /);
  });

  it("recommends the policy that the scaler sets, because an update may restore the program's", () => {
    const advice = (keepsExcess: boolean, settings: Partial<Parameters<typeof policyAdvice>[1]>) =>
      policyAdvice(
        { keepsExcess },
        {
          ...{ engine: "ec2Fleet", excess: "terminate", mode: "scale", hasCluster: false },
          ...settings,
        },
      );
    expect(advice(false, { hasCluster: true })).to.equal(
      "the scaler changes the fleet's excessCapacityTerminationPolicy to no-termination, and a later update could change it " +
        "back and end instances at once that should stay, or be drained first; give the fleet " +
        'excessCapacityTerminationPolicy: "no-termination".',
    );
    expect(advice(false, { engine: "spotFleet", excess: "keep" })).to.contain('"NoTermination"');
    expect(advice(true, {})).to.contain("keep instances that should end; give the fleet");
    expect(advice(true, { hasCluster: true })).to.equal(undefined);
    expect(advice(false, {})).to.equal(undefined);
    expect(advice(false, { hasCluster: true, mode: "observe" })).to.equal(undefined);
  });

  it("reads the policies of both kinds of fleet", async () => {
    const keeps = (create: () => SpotFleetScalerArgs["fleet"]) =>
      acceptedBy(() => factsOf(create()).apply((facts) => `keeps ${facts?.keepsExcess}`));
    const launchTemplateConfigs: aws.types.input.ec2.FleetLaunchTemplateConfig[] = [];
    const newerWith = (excessCapacityTerminationPolicy?: string) =>
      new aws.ec2.Fleet("newer", {
        targetCapacitySpecification: { defaultTargetCapacityType: "spot", totalTargetCapacity: 1 },
        ...{ launchTemplateConfigs, excessCapacityTerminationPolicy },
      });
    const olderWith = (excessCapacityTerminationPolicy: string) =>
      new aws.ec2.SpotFleetRequest("spot", {
        ...{ iamFleetRole: "arn:aws:iam::123456789012:role/fleet", targetCapacity: 1 },
        excessCapacityTerminationPolicy,
      });
    expect(await keeps(() => newerWith("no-termination"))).to.equal("accepted keeps true");
    expect(await keeps(() => newerWith())).to.equal("accepted keeps false");
    expect(await keeps(() => olderWith("NoTermination"))).to.equal("accepted keeps true");
    expect(await keeps(() => olderWith("Default"))).to.equal("accepted keeps false");
  });

  it("refuses a request that the same program registers with Application Auto Scaling", async () => {
    const beside = (id: string): Promise<string> =>
      given(() => {
        new aws.appautoscaling.Target("web", {
          serviceNamespace: "ec2",
          scalableDimension: "ec2:spot-fleet-request:TargetCapacity",
          resourceId: `spot-fleet-request/${id}`,
          minCapacity: 1,
          maxCapacity: 2,
        });
        return SPOT_ID;
      });
    expect(await beside(SPOT_ID)).to.match(
      /^fleet: spot-fleet-request\/sfr-\S+ is registered with Application Auto Scaling in this program/,
    );
    expect(await beside("sfr-1")).to.equal(`accepted ${SPOT_ID}`);
  });
});
