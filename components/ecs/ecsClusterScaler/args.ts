import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { BoundsSchedule, DecideTasks } from "../../../callbacks/ecs/scaling/model";
import type { ScaleIn, ScaleOut, ScalerCallbackOptions } from "../scaling/args";

export interface EcsClusterScalerArgs extends ScalerCallbackOptions {
  /** The cluster, or its name. */
  cluster: aws.ecs.Cluster | pulumi.Input<string>;
  /** The Auto Scaling group whose instances join the cluster, or its name. Leave its `desiredCapacity` out. */
  group: aws.autoscaling.Group | pulumi.Input<string>;
  /** Fewest instances, 0 or more; not below the group's `minSize`. */
  min: number;
  /** Most instances, 1 to 5000; not above the group's `maxSize`. */
  max: number;
  /** Percent of the instances' CPU, and of their memory, that tasks are to have reserved: more instances above it, fewer below nine tenths of it. Default 90. */
  target?: number;
  /** When there are to be more instances, beside those for tasks that wait. Default: above `target`. */
  scaleOut?: ScaleOut;
  /** When there are to be fewer, as far as the tasks have room on the others. Default: below nine tenths of `target`. */
  scaleIn?: ScaleIn;
  /** So many more tasks of the largest service are always to fit, 0 to 100. Default 0. */
  spare?: number;
  /** Seconds that an instance may take to lose its tasks before it takes new ones again, 60 to 86 400. What RunTask started is stopped then. Default 900. */
  drainTimeout?: number;
  /** Decides instead of the rules, inline; it may only count. Default: those rules. */
  decide?: DecideTasks;
  /** Other bounds from certain times on. Default: none. */
  schedules?: BoundsSchedule[];
  /** `observe` decides and records everything, and changes nothing. Default `scale`. */
  mode?: "scale" | "observe";
  /** Seconds until a new instance does its share of the work, 0 to 3600. Default 60. */
  warmup?: number;
  /** Most instances added by one change. Default: no limit but `max`. */
  maxStepOut?: number;
  /** Most instances removed by one change. Default: no limit but `min`. */
  maxStepIn?: number;
  /** Most changes in an hour, 1 to 180. Default: no limit. */
  maxChangesPerHour?: number;
  /** Seconds in which no further instance joins the cluster before no more are asked for, 60 to 86 400. Default 600. */
  capacityTimeout?: number;
}
