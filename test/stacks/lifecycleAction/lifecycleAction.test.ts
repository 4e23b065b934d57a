import * as path from "node:path";
import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmHistoryCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import {
  advanceUntilQuiet,
  deniedCalls,
  type RunningProgram,
  startProgram,
} from "../../../localcloud/testing";

const DIRECTORY = path.join(__dirname, "../programs/lifecycleAction");

describe("a LifecycleAction on the local cloud", function () {
  this.timeout(300_000);
  let program: RunningProgram;
  before(async () => {
    program = await startProgram({ directory: DIRECTORY, stack: "dev" });
    // All at once, so that time passes once.
    for (const kind of ["good", "throws", "lies", "slow", "hangs", "dies"]) await resize(kind, 1);
    await minutes(12);
  });
  after(() => program?.close());

  const minutes = (count: number): Promise<void> =>
    advanceUntilQuiet(program.cloud, { quietMinutes: count, limitMinutes: count });

  async function group(kind: string): Promise<AutoScalingGroup> {
    const command = new DescribeAutoScalingGroupsCommand({});
    const { AutoScalingGroups = [] } = await program.client(AutoScalingClient).send(command);
    const found = AutoScalingGroups.find((one) => one.AutoScalingGroupName?.startsWith(`${kind}-`));
    if (!found) throw new Error(`There is no group ${kind}.`);
    return found;
  }

  async function resize(kind: string, DesiredCapacity: number): Promise<void> {
    const { AutoScalingGroupName } = await group(kind);
    const command = new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity });
    await program.client(AutoScalingClient).send(command);
  }

  /** Returns the states of its instances, and the suspended processes. */
  async function shown(kind: string): Promise<(string | undefined)[]> {
    const { Instances = [], SuspendedProcesses = [] } = await group(kind);
    return [
      ...Instances.map(({ LifecycleState }) => LifecycleState),
      ...SuspendedProcesses.map(({ ProcessName }) => `no ${ProcessName}`),
    ];
  }

  async function inventory(): Promise<(string | undefined)[]> {
    const command = new GetParametersByPathCommand({ Path: "/inventory" });
    const { Parameters = [] } = await program.client(SSMClient).send(command);
    return Parameters.map(({ Name }) => Name);
  }

  /** Returns the log lines about the abandoned instances. */
  async function reasons(kind: string): Promise<string> {
    const { events = [] } = await program.client(CloudWatchLogsClient).send(
      new FilterLogEventsCommand({
        logGroupName: program.output("logGroupName"),
        filterPattern: '"abandoned"',
      }),
    );
    const messages: string[] = events.map(({ message = "" }) => message);
    return messages.filter((message) => message.includes(`${kind}-`)).join("\n");
  }

  async function alarmed(): Promise<string[]> {
    const command = new DescribeAlarmHistoryCommand({ HistoryItemType: "StateUpdate" });
    const { AlarmHistoryItems = [] } = await program.client(CloudWatchClient).send(command);
    return AlarmHistoryItems.filter(({ HistorySummary = "" }) =>
      HistorySummary.endsWith("to ALARM"),
    ).map(({ AlarmName = "" }) => AlarmName.replace(/-[0-9a-f]{7}$/, ""));
  }

  it("runs an action that uses AWS before an instance enters service, and before it terminates", async () => {
    const [{ InstanceId }] = (await group("good")).Instances ?? [];
    expect(await shown("good")).to.deep.equal(["InService"]);
    expect(await inventory()).to.deep.equal([`/inventory/${InstanceId}`]);
    await resize("good", 0);
    await minutes(2);
    expect([await shown("good"), await inventory()]).to.deep.equal([[], []]);
    expect(deniedCalls(program.cloud)).to.deep.equal([]);
  });

  it("keeps an instance waiting with heartbeats during a slow action", async () => {
    expect(await shown("slow")).to.deep.equal(["InService"]);
    const { AutoScalingGroupName } = await group("slow");
    const beats = program.cloud.recorder
      .find({ operation: "RecordLifecycleActionHeartbeat" })
      .filter(
        ({ input }) => Reflect.get(Object(input), "AutoScalingGroupName") === AutoScalingGroupName,
      );
    // One at its start, and one two minutes later; a sweep that finds it waiting sends more.
    expect(beats.length).to.be.at.least(2);
  });

  for (const [kind, reason] of [
    ["throws", "Error: no licence left"],
    ["lies", 'the action answered \\"yes\\"; allowed are nothing'],
  ])
    it(`abandons instances whose action ${kind}, says why, and stops launching them`, async () => {
      expect(await shown(kind)).to.deep.equal(["no Launch"]);
      expect((await reasons(kind)).replaceAll('"', '\\"').replaceAll("\\\\", "\\")).to.contain(
        reason,
      );
      expect(await alarmed()).to.include.members(["audit-abandoned", "audit-launch-loop"]);
    });

  it("abandons instances whose action never answers, and stops launching them", async () => {
    await minutes(4);
    expect(await shown("hangs")).to.deep.equal(["no Launch"]);
    expect(await reasons("hangs")).to.contain("longer than the function's timeout allows");
  });

  it("gives up instances whose action kills its process, and stops launching them", async () => {
    await minutes(20);
    expect(await shown("dies")).to.deep.equal(["no Launch"]);
    expect(await alarmed()).to.include.members(["deadly-errors", "deadly-launch-loop"]);
  });
});
