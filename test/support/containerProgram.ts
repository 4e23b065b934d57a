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

/** One whose scaler gives a cluster its instances; the program tells `clusterName` and `serviceName` beside it. */
export abstract class ContainerProgram extends ScalerProgram {
  get ecs(): ECSClient {
    return this.program.client(ECSClient);
  }

  /** So many tasks are wanted from now on; how large they are the program says. */
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

  /** Tasks that have ended, with their reasons. */
  async stopped(): Promise<Task[]> {
    const { cluster } = this.named();
    const listed = await this.ecs.send(new ListTasksCommand({ cluster, desiredStatus: "STOPPED" }));
    if (!listed.taskArns?.length) return [];
    const asked = new DescribeTasksCommand({ cluster, tasks: listed.taskArns });
    return (await this.ecs.send(asked)).tasks ?? [];
  }

  /** The alarm whose name contains this. */
  async alarm(part: string): Promise<MetricAlarm | undefined> {
    const cloudwatch = this.program.client(CloudWatchClient);
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
    return MetricAlarms.find(({ AlarmName = "" }) => AlarmName.includes(part));
  }

  /** Whether an alarm whose name contains this has gone off, ever or since then. */
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

  /** Minutes until so many tasks run, at most `most`. */
  async minutesUntilRunning(count: number, most = 15): Promise<number> {
    const start = this.cloud.clock.now();
    const step = 5_000;
    while ((await this.running()) < count && this.cloud.clock.now() < start + most * 60_000)
      await this.cloud.clock.advance(step);
    return (this.cloud.clock.now() - start) / 60_000;
  }

  /** Waits until so many instances are left, and nothing goes on. */
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
