import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { BoundsSchedule, DecideTasks } from "../../../callbacks/ecs/scaling/model";
import type { CloudWatchMetric, ScaleIn, ScaleOut, ScalerCallbackOptions } from "../scaling/args";

/** The metric of the scaler. */
export type FleetMetric =
  /** The average CPU of the fleet's instances, in percent. */
  | "cpu"
  /** CPU or memory that tasks have reserved in an ECS cluster, in percent. */
  | { reserved: "cpu" | "memory"; cluster: aws.ecs.Cluster | pulumi.Input<string> }
  /** Messages waiting in a queue, per unit of capacity. */
  | { queue: aws.sqs.Queue }
  /** Any metric; `per: "fleet"` means that the units share its value. Default `unit`. */
  | (CloudWatchMetric & { per?: "unit" | "fleet" });

export interface SpotFleetScalerArgs extends ScalerCallbackOptions {
  /**
   * The fleet, of type `maintain` and with Spot as its default, with `ignoreChanges` for its target capacity in its
   * options; or its id, `fleet-...` or `sfr-...`.
   */
  fleet: aws.ec2.SpotFleetRequest | aws.ec2.Fleet | string;
  /** Lowest target capacity, in units: 0 or more. */
  min: number;
  /** Highest target capacity, in units: 1 to 10 000. */
  max: number;
  /** `"cpu"`, `{ reserved, cluster }`, `{ queue }` or `{ namespace, metricName, dimensions?, statistic?, per? }`. */
  metric: FleetMetric;
  /** Its name in decisions, alarms and `decide`. Default `cpu`, `reserved`, `backlog` or the name of the metric. */
  name?: string;
  /**
   * Value that the fleet should have: capacity is added above it, and removed below nine tenths of it. Default: none,
   * with `scaleOut` or `scaleIn` given.
   */
  target?: number;
  /** When to add capacity. Default: above `target`. */
  scaleOut?: ScaleOut;
  /** When to remove capacity. Default: below nine tenths of `target`. */
  scaleIn?: ScaleIn;
  /**
   * The ECS cluster whose tasks run on the fleet's instances, or its name: instances are drained before they end.
   * Default: none, and the fleet itself ends instances at once.
   */
  cluster?: aws.ecs.Cluster | pulumi.Input<string>;
  /**
   * Seconds that draining a container instance may take before it accepts tasks again, 60 to 86 400. Tasks started with
   * RunTask are stopped then. Default 900.
   */
  drainTimeout?: number;
  /**
   * What happens to a container instance that Spot is likely to reclaim: `drain` ends it once it has no tasks, and the
   * fleet replaces it; `ignore` keeps it until Spot's warning. Default `drain`.
   */
  rebalance?: "drain" | "ignore";
  /**
   * What happens to instances above a lowered target: `terminate` ends them, `keep` leaves them until they end
   * otherwise. Required if the target can be lowered.
   */
  excess?: "terminate" | "keep";
  /** Units of the target that are On-Demand. Default 0. */
  onDemandBase?: number;
  /** Decides in place of the metric's rules, inline; it must be a pure calculation. Default: those rules. */
  decide?: DecideTasks;
  /** Other bounds that start at certain times. Default: none. */
  schedules?: BoundsSchedule[];
  /** `scale`, or `observe`: decides and records everything, but changes nothing. Default `scale`. */
  mode?: "scale" | "observe";
  /** Seconds until new capacity takes its share of the load, 0 to 3600. Default 180: instances boot. */
  warmup?: number;
  /** Most units added by one change. Default: no limit but `max`. */
  maxStepOut?: number;
  /** Most units removed by one change. Default: no limit but `min`. */
  maxStepIn?: number;
  /** Most changes per hour, 1 to 180. Default: no limit. */
  maxChangesPerHour?: number;
  /** Seconds without a new instance starting after which no more are requested, 60 to 86 400. Default 600. */
  capacityTimeout?: number;
}
