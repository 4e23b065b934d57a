import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
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
import { expect } from "chai";
import { ScalerProgram } from "./scalerProgram";

/** A program whose scaler scales the instances of a cluster; it also exports `clusterName` and `serviceName`. */
export abstract class ContainerProgram extends ScalerProgram {
  private readonly patient = new WeakSet<ECSClient>();

  /** A client whose throttled calls wait in cloud time: the scaler's calls share ECS's limits with those of a test. */
  get ecs(): ECSClient {
    const client = this.program.client(ECSClient);
    if (this.patient.has(client)) return client;
    this.patient.add(client);
    client.middlewareStack.add(
      (next) => async (call) => {
        for (let attempt = 1; ; attempt += 1)
          try {
            return await next(call);
          } catch (error) {
            if ((error as Error).name !== "ThrottlingException" || attempt === 5) throw error;
            await this.cloud.clock.advance(1_000);
          }
      },
      { step: "initialize" },
    );
    return client;
  }

  /** Sets how many tasks are wanted from now on; the program sets their size. */
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

  async instances(): Promise<ContainerInstance[]> {
    const { cluster } = this.named();
    const listed = await this.ecs.send(new ListContainerInstancesCommand({ cluster }));
    const { containerInstanceArns: containerInstances = [] } = listed;
    if (containerInstances.length === 0) return [];
    const asked = new DescribeContainerInstancesCommand({ cluster, containerInstances });
    return (await this.ecs.send(asked)).containerInstances ?? [];
  }

  /** Returns the tasks that have ended, with their reasons. */
  async stopped(): Promise<Task[]> {
    const { cluster } = this.named();
    const listed = await this.ecs.send(new ListTasksCommand({ cluster, desiredStatus: "STOPPED" }));
    if (!listed.taskArns?.length) return [];
    const asked = new DescribeTasksCommand({ cluster, tasks: listed.taskArns });
    return (await this.ecs.send(asked)).tasks ?? [];
  }

  /** Returns tasks that ended with their instances, without a request to stop them. */
  async killed(): Promise<string[]> {
    return (await this.stopped())
      .filter(({ stopCode }) => stopCode === "TerminationNotice")
      .map(({ taskArn = "" }) => taskArn);
  }

  /** Returns the alarm whose name contains this. */
  async alarm(part: string): Promise<MetricAlarm | undefined> {
    const cloudwatch = this.program.client(CloudWatchClient);
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
    return MetricAlarms.find(({ AlarmName = "" }) => AlarmName.includes(part));
  }

  /** Returns whether an alarm whose name contains this has been in ALARM, ever or since then. */
  async hasAlarmed(part: string, since = 0): Promise<boolean> {
    const cloudwatch = this.program.client(CloudWatchClient);
    const { AlarmHistoryItems = [] } = await cloudwatch.send(
      new DescribeAlarmHistoryCommand({
        AlarmName: (await this.alarm(part))?.AlarmName,
        HistoryItemType: "StateUpdate",
        StartDate: new Date(since),
      }),
    );
    return AlarmHistoryItems.some(({ HistorySummary = "" }) => HistorySummary.endsWith("to ALARM"));
  }

  /** Returns the minutes until this many tasks run, at most `most`. */
  async minutesUntilRunning(count: number, most = 15): Promise<number> {
    const start = this.cloud.clock.now();
    const step = 5_000;
    while ((await this.running()) < count && this.cloud.clock.now() < start + most * 60_000)
      // Waits for functions too, so that a busy computer changes neither their calls nor the result.
      await this.minutes(step / 60_000);
    return (this.cloud.clock.now() - start) / 60_000;
  }

  /** Waits until this many instances are left, and nothing is under way. */
  async comeToRest(instances: number): Promise<void> {
    for (let round = 0; round < 12; round += 1) {
      const isThere = (await this.instances()).length === instances;
      if (isThere && (await this.tick()) === "DISABLED") return;
      await this.minutes(3);
    }
    const left = (await this.instances()).length;
    expect([left, await this.tick()]).to.deep.equal([instances, "DISABLED"]);
  }
}
