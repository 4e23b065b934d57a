import * as path from "node:path";
import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
} from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import {
  type ContainerInstance,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListContainerInstancesCommand,
  ListTasksCommand,
  type Service,
  type Task,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import type { Noted } from "../../../callbacks/ecs/scaling/memory";
import type { RecordedCall } from "../../../localcloud/core/recorder";
import { EngineSession } from "../../../localcloud/test/support/engineSession";
import { advanceUntilQuiet, callsOf, roleOf, RunningProgram } from "../../../localcloud/testing";

const DIRECTORY = path.join(__dirname, "../programs/ecsClusterScaler");

/** The fixture program on a cloud whose time stands still between advances. */
export class ClusterProgram {
  private outputs: Readonly<Record<string, unknown>> = {};

  private constructor(
    readonly engine: EngineSession,
    readonly program: RunningProgram,
    private variables: Record<string, string>,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<ClusterProgram> {
    const engine = await EngineSession.start("", { directory: DIRECTORY, clock: "manual" });
    const program = new RunningProgram(engine.session, engine.output);
    const self = new ClusterProgram(engine, program, variables);
    await self.up(variables);
    await self.minutes(1);
    return self;
  }

  get cloud(): RunningProgram["cloud"] {
    return this.program.cloud;
  }

  /** Deploys with these variables in the program's environment. */
  async up(variables: Record<string, string> = this.variables): Promise<void> {
    this.variables = variables;
    this.outputs = (await this.engine.run(variables)).outputs;
  }

  /** Updates once more, with what a refresh finds: nothing may differ from the program. */
  async expectEmptyDiff(): Promise<void> {
    await this.up();
    const steps = this.engine.steps.filter((step) => !/^(same|changed|read|refresh) /.test(step));
    expect(steps).to.deep.equal([]);
  }

  output(name: string): string {
    return String(this.outputs[name]);
  }

  async minutes(count: number): Promise<void> {
    await advanceUntilQuiet(this.cloud, { quietMinutes: count, limitMinutes: count });
  }

  get ecs(): ECSClient {
    return this.program.client(ECSClient);
  }

  /** So many tasks are wanted from now on; each takes half an instance. */
  async want(desiredCount: number): Promise<void> {
    await this.ecs.send(new UpdateServiceCommand({ ...this.named(), desiredCount }));
  }

  named(): { cluster: string; service: string } {
    return { cluster: this.output("clusterName"), service: this.output("serviceName") };
  }

  async service(): Promise<Service> {
    const { cluster, service } = this.named();
    const asked = new DescribeServicesCommand({ cluster, services: [service] });
    return ((await this.ecs.send(asked)).services ?? [])[0];
  }

  async running(): Promise<number> {
    return (await this.service()).runningCount ?? 0;
  }

  async group(): Promise<AutoScalingGroup> {
    const AutoScalingGroupNames = [this.output("groupName")];
    const { AutoScalingGroups = [] } = await this.program
      .client(AutoScalingClient)
      .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }));
    return AutoScalingGroups[0];
  }

  async desired(): Promise<number | undefined> {
    return (await this.group()).DesiredCapacity;
  }

  async instances(): Promise<ContainerInstance[]> {
    const { cluster } = this.named();
    const listed = await this.ecs.send(new ListContainerInstancesCommand({ cluster }));
    const { containerInstanceArns: containerInstances = [] } = listed;
    if (containerInstances.length === 0) return [];
    const asked = new DescribeContainerInstancesCommand({ cluster, containerInstances });
    return (await this.ecs.send(asked)).containerInstances ?? [];
  }

  /** Tasks that have ended, with their reasons. */
  async stopped(): Promise<Task[]> {
    const { cluster } = this.named();
    const listed = await this.ecs.send(new ListTasksCommand({ cluster, desiredStatus: "STOPPED" }));
    if (!listed.taskArns?.length) return [];
    const asked = new DescribeTasksCommand({ cluster, tasks: listed.taskArns });
    return (await this.ecs.send(asked)).tasks ?? [];
  }

  async tick(): Promise<string | undefined> {
    const Name = this.output("tickRuleName");
    return (await this.program.client(EventBridgeClient).send(new DescribeRuleCommand({ Name })))
      .State;
  }

  /** Whether an alarm whose name contains this has ever gone off. */
  async hasAlarmed(part: string): Promise<boolean> {
    const cloudwatch = this.program.client(CloudWatchClient);
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
    const found = MetricAlarms.find(({ AlarmName = "" }) => AlarmName.includes(part));
    const { AlarmHistoryItems = [] } = await cloudwatch.send(
      new DescribeAlarmHistoryCommand({
        AlarmName: found?.AlarmName,
        HistoryItemType: "StateUpdate",
      }),
    );
    return AlarmHistoryItems.some(({ HistorySummary = "" }) => HistorySummary.endsWith("to ALARM"));
  }

  /** Everything that the scaler has decided, oldest first. */
  async decisions(): Promise<Noted[]> {
    const { Items = [] } = await this.program.client(DynamoDBClient).send(
      new QueryCommand({
        TableName: this.output("auditTableName"),
        KeyConditionExpression: "id = :id AND begins_with(part, :part)",
        ExpressionAttributeValues: { ":id": { S: "scaler" }, ":part": { S: "decision#" } },
      }),
    );
    return Items.map(({ decision }) => JSON.parse(decision.S ?? "") as Noted);
  }

  get roleName(): string {
    return roleOf(this.engine.session.resources, "nodes");
  }

  /** Calls of the scaler's own code since then. */
  calls(after: number): readonly RecordedCall[] {
    return callsOf(this.cloud, this.roleName, { after });
  }

  /** Wakes the scaler at once. */
  async wake(event: object = { wake: "command" }): Promise<string> {
    const { Payload, FunctionError } = await this.program.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: this.output("functionName"),
        Payload: JSON.stringify(event),
      }),
    );
    return `${FunctionError ?? ""}${Buffer.from(Payload ?? []).toString()}`;
  }

  /** Minutes until so many tasks run, at most `most`. */
  async minutesUntilRunning(count: number, most = 15): Promise<number> {
    const start = this.cloud.clock.now();
    const step = 5_000;
    while ((await this.running()) < count && this.cloud.clock.now() < start + most * 60_000)
      await this.cloud.clock.advance(step);
    return (this.cloud.clock.now() - start) / 60_000;
  }

  close(): Promise<void> {
    return this.program.close();
  }
}
