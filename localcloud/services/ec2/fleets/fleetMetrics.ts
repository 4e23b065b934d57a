import type { ClockTimer } from "../../../core/clock";
import { publishMetrics } from "../../../core/reports";
import { roomIn } from "../catalog/poolLimits";
import type { Ec2Store } from "../store";
import { type Fleet, fulfilled, isLive } from "./model";

const MINUTE_MS = 60_000;

/**
 * Publishes EC2's metrics of fleets every minute, and the simulated CPU utilization of their instances. The only
 * dimension is the fleet's id.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-cloudwatch-metrics.html
 */
export class FleetMetrics {
  private timer: ClockTimer | undefined;

  constructor(private readonly store: Ec2Store) {}

  schedule(): void {
    const { clock } = this.store.scope;
    clock.clearTimeout(this.timer);
    this.timer = undefined;
    if (this.live().length === 0) return;
    // Just before the end of the minute, so that an alarm evaluated at its end sees the data.
    const due = Math.ceil((clock.now() + 2) / MINUTE_MS) * MINUTE_MS - 1;
    this.timer = clock.setTimeout(() => this.report(due + 1 - MINUTE_MS), due - clock.now());
  }

  private live(): Fleet[] {
    const { spotFleets, ec2Fleets } = this.store;
    return [...spotFleets.values(), ...ec2Fleets.values()].filter(isLive);
  }

  private async report(start: number): Promise<void> {
    this.schedule();
    const MetricData = this.live().flatMap((fleet) => {
      const Dimensions = [{ Name: "FleetRequestId", Value: fleet.id }];
      const point = { Dimensions, Timestamp: new Date(start) };
      const counts = Object.entries(this.valuesOf(fleet)).map(([MetricName, Value]) => ({
        ...point,
        MetricName,
        Value,
        Unit:
          MetricName.startsWith("Percent") || MetricName.startsWith("Max") ? "Percent" : "Count",
      }));
      return [...counts, ...this.cpuOf(fleet).map((one) => ({ ...point, ...one }))];
    });
    if (MetricData.length === 0) return;
    await publishMetrics(this.store.scope, "ec2.amazonaws.com", {
      Namespace: "AWS/EC2Spot",
      MetricData,
    });
  }

  private valuesOf(fleet: Fleet): Record<string, number> {
    const { pools, members, leaving, target } = fleet;
    const filled = fulfilled(fleet);
    const inPools = pools.map((pool) =>
      [...members.values()].reduce((sum, one) => (one.pool === pool ? sum + pool.weight : sum), 0),
    );
    const open = pools.filter(
      (pool) => roomIn(this.store, pool.instanceType, pool.zone, "spot") > 0,
    );
    return {
      AvailableInstancePoolsCount: pools.length,
      EligibleInstancePoolCount: open.length,
      BidsSubmittedForCapacity: Math.max(target, filled),
      FulfilledCapacity: filled,
      TargetCapacity: target,
      PendingCapacity: Math.max(0, target - filled),
      TerminatingCapacity: [...leaving.values()].reduce((sum, weight) => sum + weight, 0),
      PercentCapacityAllocation: target === 0 ? 0 : (filled / target) * 100,
      MaxPercentCapacityAllocation: filled === 0 ? 0 : (Math.max(...inPools) / filled) * 100,
    };
  }

  /** Returns one sample per running instance. */
  private cpuOf(fleet: Fleet): object[] {
    const { load, members } = fleet;
    const running = [...members.values()].filter(
      ({ id }) => this.store.instances.get(id)?.shape.State?.Name === "running",
    );
    if (load === undefined || running.length === 0) return [];
    const units = running.reduce((sum, { pool }) => sum + pool.weight, 0);
    const value = typeof load === "number" ? load : load(units);
    return [
      { MetricName: "CPUUtilization", Values: [value], Counts: [running.length], Unit: "Percent" },
    ];
  }
}
