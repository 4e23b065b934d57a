import type * as pulumi from "@pulumi/pulumi";
import type { FleetScalerSettings } from "../../../callbacks/ecs/spotFleetScaler/configuration";
import type { MetricRule } from "../../../callbacks/ecs/scaling/model";
import { metricSource, queueSource, type SourceOfRule } from "../scaling/ruleSources";
import { limitsOf, ruleOf } from "../scaling/rules";
import { clusterNameOf } from "../resourceName";
import type { FleetMetric, SpotFleetScalerArgs } from "./args";
import { engineOf, idOf } from "./scaledFleet";

/**
 * Seconds until a requested instance has booted and counts in the fleet's averages. With a longer warmup, running
 * instances would count as still booting, and a second burst would be seen too late.
 */
const WARMUP = 180;

/** Returns the settings of the function: the arguments with their defaults, as plain data. */
export function settingsOf(args: SpotFleetScalerArgs): FleetScalerSettings {
  const { metric } = args;
  return {
    ...limitsOf({ ...args, warmup: args.warmup ?? WARMUP }),
    rules: [ruleOf(args, { name: args.name ?? metricNameOf(metric), kind: kindOf(metric) })],
    holdDuringRollout: false,
    noun: "instance",
    runningCounts: true,
    engine: engineOf(args.fleet),
    excess: args.excess ?? "keep",
    drainTimeout: args.drainTimeout ?? 900,
    rebalance: args.rebalance ?? "drain",
    onDemandBase: args.onDemandBase ?? 0,
  };
}

/** Returns the source of the rule's values. */
export function sourceOf(
  self: pulumi.Resource,
  { metric, fleet }: Pick<SpotFleetScalerArgs, "metric" | "fleet">,
): SourceOfRule {
  if (metric === "cpu")
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-cloudwatch-metrics.html
    return {
      metric: metricSource({
        namespace: "AWS/EC2Spot",
        metricName: "CPUUtilization",
        dimensions: { FleetRequestId: idOf(fleet) },
      }),
    };
  if ("queue" in metric) return queueSource(metric.queue);
  if ("reserved" in metric) {
    const { cluster, reserved } = metric;
    const name = clusterNameOf(self, "metric.cluster", cluster);
    return {
      metric: metricSource({
        namespace: "AWS/ECS",
        metricName: reserved === "cpu" ? "CPUReservation" : "MemoryReservation",
        dimensions: { ClusterName: name },
      }),
    };
  }
  return { metric: metricSource(metric) };
}

function metricNameOf(metric: FleetMetric): string {
  if (metric === "cpu") return "cpu";
  if ("queue" in metric) return "backlog";
  return "reserved" in metric ? "reserved" : metric.metricName;
}

function kindOf(metric: FleetMetric): MetricRule["kind"] {
  if (metric === "cpu" || "reserved" in metric) return "average";
  if ("queue" in metric) return "total";
  return metric.per === "fleet" ? "total" : "average";
}
