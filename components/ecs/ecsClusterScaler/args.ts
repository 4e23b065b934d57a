import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { BoundsSchedule, DecideTasks } from "../../../callbacks/ecs/scaling/model";
import type { ScaleIn, ScaleOut, ScalerCallbackOptions } from "../scaling/args";

export interface EcsClusterScalerArgs extends ScalerCallbackOptions {
  /** The cluster, or its name. */
  cluster: aws.ecs.Cluster | pulumi.Input<string>;
  /**
   * The Auto Scaling group whose instances join the cluster, or its name. Do not give the group a `desiredCapacity`.
   */
  group: aws.autoscaling.Group | pulumi.Input<string>;
  /** Fewest instances, 0 or more; not below the group's `minSize`. */
  min: number;
  /** Most instances, 1 to 5000; not above the group's `maxSize`. */
  max: number;
  /**
   * Percent of the instances' CPU and memory that tasks should reserve: instances are added above it, and removed below
   * nine tenths of it. Default 90.
   */
  target?: number;
  /** When to add instances, in addition to those for tasks that wait. Default: above `target`. */
  scaleOut?: ScaleOut;
  /** When to remove instances, if their tasks fit on the others. Default: below nine tenths of `target`. */
  scaleIn?: ScaleIn;
  /** Number of further tasks of the largest service that must always fit, 0 to 100. Default 0. */
  spare?: number;
  /**
   * Seconds that draining an instance may take before it accepts tasks again, 60 to 86 400. Tasks started with RunTask
   * are stopped then. Default 900.
   */
  drainTimeout?: number;
  /** Decides in place of the rules, inline; it must be a pure calculation. Default: those rules. */
  decide?: DecideTasks;
  /** Other bounds that start at certain times. Default: none. */
  schedules?: BoundsSchedule[];
  /** `scale`, or `observe`: decides and records everything, but changes nothing. Default `scale`. */
  mode?: "scale" | "observe";
  /** Seconds until a new instance takes its share of the load, 0 to 3600. Default 60. */
  warmup?: number;
  /** Most instances added by one change. Default: no limit but `max`. */
  maxStepOut?: number;
  /** Most instances removed by one change. Default: no limit but `min`. */
  maxStepIn?: number;
  /** Most changes per hour, 1 to 180. Default: no limit. */
  maxChangesPerHour?: number;
  /**
   * Seconds without a new instance joining the cluster after which no more are requested, 60 to 86 400. Default 600.
   */
  capacityTimeout?: number;
}
