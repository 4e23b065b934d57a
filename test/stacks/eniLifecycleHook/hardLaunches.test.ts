import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeScalingActivitiesCommand,
  ResumeProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateVersionCommand,
  CreateSubnetCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  EC2Client,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { FleetProgram } from "./fleetProgram";

describe("an EniLifecycleHook with difficult launches", function () {
  this.timeout(300_000);
  let fleets: FleetProgram;
  let startedAt = 0;
  before(async () => (fleets = await FleetProgram.start({ COUNT: "2" })));
  after(() => fleets?.close());
  beforeEach(async () => {
    // The successful launch at the end of the last test resets the count of failures.
    await fleets.rest("fleet", 0);
    startedAt = fleets.cloud.clock.now();
  });

  const ec2 = (): EC2Client => fleets.program.client(EC2Client);
  const autoScaling = (): AutoScalingClient => fleets.program.client(AutoScalingClient);

  /** The handler dies after it has requested the first interface. */
  async function dieAfterCreate(): Promise<void> {
    const { roleName } = fleets;
    const operation = "CreateNetworkInterface";
    fleets.cloud.faults.add({ kind: "killWorkerAfter", service: "ec2", operation, roleName });
    await fleets.resize("fleet", 1);
    await fleets.until(async () => (await fleets.interfaces()).length > 0);
  }

  /** Expects that another instance started with all of its interfaces, and that nothing of the first one is left. */
  async function expectReplaced(): Promise<void> {
    await fleets.rest("fleet", 1);
    await fleets.minutes(6);
    await fleets.expectWhole({ fleet: 1 }, 2);
  }

  async function reasons(): Promise<string> {
    const AutoScalingGroupName = fleets.output("fleetName");
    const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName });
    const { Activities = [] } = await autoScaling().send(command);
    return Activities.filter(({ StartTime }) => Number(StartTime) >= startedAt)
      .map(({ StatusMessage }) => StatusMessage)
      .join("\n");
  }

  it("handles notifications that arrive twice, late and in the wrong order", async () => {
    const after = fleets.cloud.recorder.last;
    await fleets.rest("fleet", 2);
    const published = fleets.cloud.recorder
      .find({ after, service: "sns", operation: "Publish" })
      .map(({ input }) => (input as { Message: string }).Message);
    expect(published).to.have.length(2);
    const events = published.map((Message) => ({ Records: [{ Sns: { Message } }] })).reverse();
    for (const event of [...events, ...events]) await fleets.call(event, "Event");
    await fleets.minutes(4);
    await fleets.expectWhole({ fleet: 2 }, 2);
    expect(await fleets.alarmed(startedAt)).to.deep.equal([]);
  });

  it("replaces an instance whose interface was deleted while its token still returns it", async () => {
    await dieAfterCreate();
    for (const { NetworkInterfaceId } of await fleets.interfaces())
      await ec2().send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    await expectReplaced();
    expect(await fleets.alarmed(startedAt)).to.include("abandoned");
  });

  it("leaves nothing of a launch that times out before the handler is called again", async () => {
    await dieAfterCreate();
    const FunctionName = fleets.output("functionName");
    const ReservedConcurrentExecutions = 0;
    const lambda = fleets.program.client(LambdaClient);
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }),
    );
    // Its termination also waits for a hook that nothing answers.
    await fleets.minutes(13);
    expect(await reasons()).to.contain("Heartbeat Timeout");
    expect(await fleets.orphans()).to.not.deep.equal([]);
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    await expectReplaced();
  });

  it("gives an instance up when the handler dies at each attachment", async () => {
    const { roleName } = fleets;
    const rule = { kind: "killWorkerBefore", service: "ec2", roleName, times: "forever" } as const;
    const id = fleets.cloud.faults.add({ ...rule, operation: "AttachNetworkInterface" });
    await fleets.resize("fleet", 1);
    await fleets.minutes(26);
    fleets.cloud.faults.remove(id);
    expect(await reasons()).to.contain("ABANDON");
    await expectReplaced();
  });

  it("cleans up after a waiting launch that was abandoned or terminated elsewhere", async () => {
    const AutoScalingGroupName = fleets.output("fleetName");
    await fleets.resize("fleet", 1);
    const isMade = async () => (await fleets.interfaces()).length > 0;
    await fleets.until(isMade);
    const [{ InstanceId = "" }] = await fleets.instances("fleet");
    await autoScaling().send(
      new CompleteLifecycleActionCommand({
        AutoScalingGroupName,
        LifecycleHookName: `${fleets.output("hookId").replaceAll("/", "-")}-launch`,
        InstanceId,
        LifecycleActionResult: "ABANDON",
      }),
    );
    const next = async () =>
      (await fleets.interfaces()).some(
        ({ Description = "", Attachment }) => !Description.includes(InstanceId) && !Attachment,
      );
    await fleets.until(next);
    const ids = (await fleets.instances("fleet")).map((one) => one.InstanceId ?? "");
    await ec2().send(
      new TerminateInstancesCommand({ InstanceIds: ids.filter((id) => id !== InstanceId) }),
    );
    await expectReplaced();
  });

  it("abandons instances of a type that allows fewer interfaces, and says so", async () => {
    const change = (InstanceType: "t3.micro" | "m5.xlarge") =>
      ec2().send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: fleets.output("templateId"),
          SourceVersion: "1",
          LaunchTemplateData: { InstanceType },
        }),
      );
    await change("t3.micro");
    await fleets.resize("fleet", 1);
    // Two of them: the third would stop further launches.
    await fleets.until(async () => (await reasons()).includes("ABANDON"));
    await change("m5.xlarge");
    await expectReplaced();
    expect(await fleets.alarmed(startedAt)).to.include("abandoned");
  });

  it("stops launches in a zone without a subnet after the third, and continues when that is fixed", async () => {
    const SubnetIds = fleets.subnetIds;
    const { Subnets = [] } = await ec2().send(new DescribeSubnetsCommand({ SubnetIds }));
    const place = { AvailabilityZone: "us-east-1c", CidrBlock: "10.0.99.0/24" };
    const { Subnet } = await ec2().send(
      new CreateSubnetCommand({ VpcId: Subnets[0]?.VpcId, ...place }),
    );
    const AutoScalingGroupName = fleets.output("fleetName");
    const startIn = (VPCZoneIdentifier: string) =>
      autoScaling().send(
        new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, VPCZoneIdentifier }),
      );
    await startIn(Subnet?.SubnetId ?? "");
    const after = fleets.cloud.recorder.last;
    await fleets.resize("fleet", 1);
    await fleets.minutes(20);
    expect(await fleets.instances("fleet")).to.deep.equal([]);
    expect(await fleets.alarmed(startedAt)).to.include.members(["abandoned", "launch-loop"]);
    const made = fleets.cloud.recorder.find({ after, operation: "CreateNetworkInterface" });
    expect(made).to.deep.equal([]);
    expect(await fleets.status()).to.include.members([
      "No instance is in a group of data.",
      `Launch of ${AutoScalingGroupName} is suspended. To see why launches failed, and to resume them:`,
    ]);
    await startIn(SubnetIds.join());
    await autoScaling().send(new ResumeProcessesCommand({ AutoScalingGroupName }));
    await expectReplaced();
    await ec2().send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }));
  });
});
