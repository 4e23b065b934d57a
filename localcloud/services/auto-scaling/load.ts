import type { ClockTimer } from "../../core/clock";
import { BadControlRequest, type Control } from "../../core/load";
import { publishMetrics } from "../../core/reports";
import type { StoreScope } from "../../core/service";
import type { AutoScalingStore, Group } from "./store";

const MINUTE_MS = 60_000;

/**
 * The simulated load on groups' instances, which EC2 reports every minute (detailed monitoring), with one sample per
 * instance in service. A group without a simulated load reports nothing.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-cloudwatch-monitoring.html
 */
export class GroupLoad {
  private readonly loads = new Map<Group, number>();
  private timer: ClockTimer | undefined;

  constructor(
    private readonly scope: StoreScope,
    private readonly groups: ReadonlyMap<string, Group>,
  ) {}

  set(group: Group, cpuPercent: number | null): void {
    if (cpuPercent === null) this.loads.delete(group);
    else this.loads.set(group, cpuPercent);
    this.schedule();
  }

  schedule(): void {
    const { clock } = this.scope;
    clock.clearTimeout(this.timer);
    this.timer = undefined;
    for (const group of this.loads.keys())
      if (this.groups.get(group.name) !== group) this.loads.delete(group);
    if (this.loads.size === 0) return;
    // Just before the end of the minute, so that an alarm evaluated at its end sees the data.
    const due = Math.ceil((clock.now() + 2) / MINUTE_MS) * MINUTE_MS - 1;
    this.timer = clock.setTimeout(() => this.report(due + 1 - MINUTE_MS), due - clock.now());
  }

  private async report(start: number): Promise<void> {
    this.schedule();
    const MetricData = [...this.loads].flatMap(([{ name, members }, value]) => {
      const count = [...members.values()].filter(({ state }) => state === "InService").length;
      if (count === 0) return [];
      return [
        {
          MetricName: "CPUUtilization",
          Dimensions: [{ Name: "AutoScalingGroupName", Value: name }],
          Timestamp: new Date(start),
          Values: [value],
          Counts: [count],
          Unit: "Percent",
        },
      ];
    });
    if (MetricData.length === 0) return;
    await publishMetrics(this.scope, "ec2.amazonaws.com", { Namespace: "AWS/EC2", MetricData });
  }
}

/** `POST /_localcloud/load` for a group; ECS handles requests with a cluster and a service. */
export const loadControl: Control<AutoScalingStore> = {
  fields: ["autoScalingGroup", "cpuPercent"],
  set({ autoScalingGroup: name, cpuPercent }, store) {
    const group = typeof name === "string" ? store.groups.get(name) : undefined;
    if (!group || group.isDeleting) {
      const names = [...store.groups.keys()].join(", ");
      throw new BadControlRequest(
        `There is no Auto Scaling group '${String(name)}' in ${store.scope.region}; there is: ${names || "none"}.`,
      );
    }
    const isPercent =
      typeof cpuPercent === "number" && Number.isFinite(cpuPercent) && cpuPercent >= 0;
    if (!isPercent && cpuPercent !== null)
      throw new BadControlRequest(
        `'cpuPercent' must be a percentage, 0 or more, or null to end its reports; it is ${JSON.stringify(cpuPercent) ?? "absent"}.`,
      );
    store.load.set(group, cpuPercent);
  },
};
