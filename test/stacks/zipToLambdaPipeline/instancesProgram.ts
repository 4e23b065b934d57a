import * as path from "node:path";
import {
  type AutoScalingGroup,
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmHistoryCommand } from "@aws-sdk/client-cloudwatch";
import { EC2Client, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { nameOf } from "../../../localcloud/engine/state/urn";
import { until } from "../../../localcloud/test/support/until";
import { FixtureProgram } from "../../support/programs/fixtureProgram";
import { PipelineProgram } from "../../support/programs/pipelineProgram";

const DIRECTORY = path.join(__dirname, "../programs/zipToLambdaInstances");

/** Milliseconds of real time that this computer may take for the work of instances. */
const PATIENCE_MS = 60_000;
/** Milliseconds of the cloud's time per step while instances work. */
const STEP_MS = 200;
/** SQS keeps a long poll open for 20 seconds. */
const RECEIVE_MS = 20_000;

/** The fixture program with workers on instances: each is a process of this computer. */
export class InstancesProgram extends PipelineProgram {
  static override async start(): Promise<InstancesProgram> {
    const self = new InstancesProgram(await FixtureProgram.startEngine(DIRECTORY));
    await self.up();
    return self;
  }

  async group(): Promise<AutoScalingGroup> {
    const AutoScalingGroupNames = [this.output("groupName")];
    const { AutoScalingGroups: [group] = [] } = await this.program
      .client(AutoScalingClient)
      .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }));
    if (!group) throw new Error("There is no group.");
    return group;
  }

  async desired(): Promise<number> {
    return (await this.group()).DesiredCapacity ?? 0;
  }

  /** Returns the number of instances that are starting, in service or terminating. */
  async instances(): Promise<number> {
    return (await this.group()).Instances?.length ?? 0;
  }

  async endInstances(): Promise<void> {
    const { Instances = [] } = await this.group();
    const InstanceIds = Instances.map(({ InstanceId = "" }) => InstanceId);
    await this.program.client(EC2Client).send(new TerminateInstancesCommand({ InstanceIds }));
  }

  async tickState(): Promise<string | undefined> {
    const Name = this.output("tickRuleName");
    return (await this.program.client(EventBridgeClient).send(new DescribeRuleCommand({ Name })))
      .State;
  }

  /** Returns when an alarm of the program changed to ALARM, in milliseconds, newest first. */
  async alarmsOf(name: string): Promise<number[]> {
    const alarm = this.engine.session.resources.find(
      (one) => one.type.endsWith(":MetricAlarm") && nameOf(one.urn) === name,
    );
    const { AlarmHistoryItems = [] } = await this.program.client(CloudWatchClient).send(
      new DescribeAlarmHistoryCommand({
        AlarmName: String(alarm?.outputs.name),
        HistoryItemType: "StateUpdate",
      }),
    );
    const wentOff = AlarmHistoryItems.filter(({ HistorySummary = "" }) =>
      /to ALARM/.test(HistorySummary),
    );
    return wentOff.map(({ Timestamp }) => Timestamp?.getTime() ?? 0);
  }

  /** Only for functions: processes of instances cannot keep up with this. */
  seconds(count: number): Promise<void> {
    return this.minutes(count / 60);
  }

  /** Waits until instances have booted, and surplus ones have terminated. */
  async boot(): Promise<void> {
    for (let second = 0; second < 200; second += 1) {
      const { Instances = [], DesiredCapacity } = await this.group();
      const isReady = Instances.every(({ LifecycleState }) => LifecycleState === "InService");
      if (isReady && Instances.length === DesiredCapacity) return;
      await this.minutes(1 / 60);
    }
    throw new Error("The instances have not booted.");
  }

  /** Advances time, slowly enough for the processes of instances, until a condition is met. */
  async workUntil(what: string, holds: () => Promise<boolean>): Promise<void> {
    const goesOn = async (): Promise<boolean> => {
      await this.cloud.clock.advance(STEP_MS);
      return holds();
    };
    await until(what, goesOn, PATIENCE_MS);
  }

  /** Lets each worker receive from the empty queue once more. */
  async receiveOnce(): Promise<void> {
    const filter = { operation: "ReceiveMessage", roleName: this.output("instanceRole") };
    const after = this.cloud.recorder.last;
    await this.cloud.clock.advance(RECEIVE_MS);
    await this.workUntil("the workers receive again", async () => {
      const receives = this.cloud.recorder.find({ service: "sqs", ...filter, after }).length;
      return receives >= (await this.instances());
    });
  }
}
