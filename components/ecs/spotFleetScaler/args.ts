import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { BoundsSchedule, DecideTasks } from "../../../callbacks/ecs/scaling/model";
import type { CloudWatchMetric, ScaleIn, ScaleOut, ScalerCallbackOptions } from "../scaling/args";

/** What is measured. */
export type FleetMetric =
  /** The average CPU of the fleet's instances, in percent. */
  | "cpu"
  /** What tasks have reserved of an ECS cluster, in percent. */
  | { reserved: "cpu" | "memory"; cluster: aws.ecs.Cluster | pulumi.Input<string> }
  /** Messages that wait in a queue, for each unit of capacity. */
  | { queue: aws.sqs.Queue }
  /** Any metric; `per: "fleet"` is shared by the units. Default `unit`. */
  | (CloudWatchMetric & { per?: "unit" | "fleet" });

export interface SpotFleetScalerArgs extends ScalerCallbackOptions {
  /** The fleet, of the type `maintain` and of Spot by default, with `ignoreChanges` of its target capacity in its options; or its id, `fleet-...` or `sfr-...`. */
  fleet: aws.ec2.SpotFleetRequest | aws.ec2.Fleet | string;
  /** Least target capacity, in units: 0 or more. */
  min: number;
  /** Greatest target capacity, in units: 1 to 10 000. */
  max: number;
  /** `"cpu"`, `{ reserved, cluster }`, `{ queue }` or `{ namespace, metricName, dimensions?, statistic?, per? }`. */
  metric: FleetMetric;
  /** Its name in decisions, alarms and `decide`. Default `cpu`, `reserved`, `backlog` or the name of the metric. */
  name?: string;
  /** Value that the fleet is to have: more capacity above it, less below nine tenths of it. Default: none, with `scaleOut` or `scaleIn` given. */
  target?: number;
  /** When there is to be more capacity. Default: above `target`. */
  scaleOut?: ScaleOut;
  /** When there is to be less. Default: below nine tenths of `target`. */
  scaleIn?: ScaleIn;
  /** The ECS cluster whose tasks the fleet's instances carry, or its name: they lose them before they end. Default: none, and the fleet itself ends instances at once. */
  cluster?: aws.ecs.Cluster | pulumi.Input<string>;
  /** Seconds that a container instance may take to lose its tasks before it takes new ones again, 60 to 86 400. What RunTask started is stopped then. Default 900. */
  drainTimeout?: number;
  /** What becomes of a container instance that Spot is likely to take back: `drain` ends it once it has no tasks, and the fleet replaces it. Default `drain`. */
  rebalance?: "drain" | "ignore";
  /** What becomes of instances above a lower target: `terminate` ends them, `keep` leaves them until they go. Required where the target can be lowered. */
  excess?: "terminate" | "keep";
  /** Units of the target that are On-Demand. Default 0. */
  onDemandBase?: number;
  /** Decides instead of the metric's own rules, inline; it may only count. Default: those rules. */
  decide?: DecideTasks;
  /** Other bounds from certain times on. Default: none. */
  schedules?: BoundsSchedule[];
  /** `observe` decides and records everything, and changes nothing. Default `scale`. */
  mode?: "scale" | "observe";
  /** Seconds until new capacity does its share of the work, 0 to 3600. Default 180: instances boot. */
  warmup?: number;
  /** Most units added by one change. Default: no limit but `max`. */
  maxStepOut?: number;
  /** Most units removed by one change. Default: no limit but `min`. */
  maxStepIn?: number;
  /** Most changes in an hour, 1 to 180. Default: no limit. */
  maxChangesPerHour?: number;
  /** Seconds in which no further instance starts before no more are asked for, 60 to 86 400. Default 600. */
  capacityTimeout?: number;
}
