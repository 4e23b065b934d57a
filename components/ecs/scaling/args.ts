import type * as pulumi from "@pulumi/pulumi";
import type { BoundsSchedule } from "../../../callbacks/ecs/scaling/model";
import type { CallbackOptions } from "../../function/callbackOptions";

/** Options of every scaler's function. */
export type ScalerCallbackOptions = Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "runtime" | "tags" | "tracing"
>;

/** A change of a fixed size, for when the metric is at least `from` past its threshold. */
export interface ScalingStep {
  /** Distance above the threshold, or for `scaleIn` below it. Default 0: the threshold itself. */
  from?: number;
  /** Tasks (of a fleet: units) to add or remove, 1 or more. Give this or `percent`. */
  tasks?: number;
  /** Percent of the current capacity, rounded up. Give this or `tasks`. */
  percent?: number;
}

interface ScalingSignal {
  /** Changes by how far the metric is past the threshold. Default: in proportion to the metric. */
  steps?: ScalingStep[];
  /**
   * Period of a datapoint in seconds: 10, 20, 30 or a multiple of 60. Default 60, or for `scaleOut` the `resolution`.
   */
  period?: number;
  /** Number of datapoints that must be past the threshold. Default 1 for `scaleOut`, 10 for `scaleIn`. */
  datapoints?: number;
  /** Number of most recent datapoints among which they may be. Default: `datapoints`. */
  of?: number;
  /** Cooldown after a change, in seconds. Default 0 for `scaleOut`, 300 for `scaleIn`. */
  cooldown?: number;
}

export interface ScaleOut extends ScalingSignal {
  /** Capacity is added above this value. */
  above: number;
}

export interface ScaleIn extends ScalingSignal {
  /** Capacity is removed below this value. */
  below: number;
}

/** A CloudWatch metric. */
export interface CloudWatchMetric {
  namespace: string;
  metricName: string;
  /** Default: none. */
  dimensions?: Record<string, pulumi.Input<string>>;
  /** Default `Average`. */
  statistic?: string;
}

/** When one metric scales, the same for every kind of metric. */
export interface RuleArgs {
  name?: string;
  target?: number;
  scaleOut?: ScaleOut;
  scaleIn?: ScaleIn;
}

/** Limits of every decision. */
export interface LimitArgs {
  min: number;
  max: number;
  schedules?: BoundsSchedule[];
  warmup?: number;
  maxStepOut?: number;
  maxStepIn?: number;
  maxChangesPerHour?: number;
  capacityTimeout?: number;
  mode?: "scale" | "observe";
}
