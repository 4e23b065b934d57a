import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import type { ClockTimer } from "../../../../core/clock";
import { publishMetrics } from "../../../../core/reports";
import type { EcsStore } from "../../store";
import type { Cluster, TaskSize } from "../model";
import { tasksOn } from "./placement";

const MINUTE = 60_000;

/**
 * Reports every minute the share of a cluster's resources that is reserved for tasks. Only clusters with ACTIVE or
 * DRAINING instances have these metrics; without any, no timer runs.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
 */
export class Reservations {
  private timer: ClockTimer | undefined;

  constructor(private readonly store: EcsStore) {}

  /** Starts the reports; called when an instance has registered. */
  schedule(): void {
    const { clock } = this.store.scope;
    if (this.timer || this.clusters().length === 0) return;
    // Just before the end of the minute, so that an alarm evaluated at its end sees the data.
    const due = Math.ceil((clock.now() + 2) / MINUTE) * MINUTE - 1;
    this.timer = clock.setTimeout(() => this.report(due + 1), due - clock.now());
  }

  /** Continues the reports of an earlier run of the cloud. */
  resume(): void {
    this.timer = undefined;
    this.schedule();
  }

  private clusters(): Cluster[] {
    return [...this.store.clusters.values()].filter(({ instances }) => instances.size > 0);
  }

  private async report(end: number): Promise<void> {
    this.timer = undefined;
    this.schedule();
    const MetricData = this.clusters().flatMap((cluster) => dataOf(cluster, end - MINUTE));
    if (MetricData.length === 0) return;
    const input = { Namespace: "AWS/ECS", MetricData };
    await publishMetrics(this.store.scope, "ecs.amazonaws.com", input);
  }
}

function dataOf(cluster: Cluster, time: number): MetricDatum[] {
  const instances = [...cluster.instances.values()];
  const reserved = instances.flatMap(({ id }) => tasksOn(cluster, id)).map(({ size }) => size);
  const sum = (sizes: readonly TaskSize[], member: "cpu" | "memory"): number =>
    sizes.reduce((total, size) => total + size[member], 0);
  const registered = instances.map((one) => one.registered);
  return (["cpu", "memory"] as const).map((member) => ({
    MetricName: member === "cpu" ? "CPUReservation" : "MemoryReservation",
    Dimensions: [{ Name: "ClusterName", Value: cluster.name }],
    Timestamp: new Date(time),
    Value: (100 * sum(reserved, member)) / sum(registered, member),
    Unit: "Percent",
  }));
}
