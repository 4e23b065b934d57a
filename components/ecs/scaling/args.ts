import type * as pulumi from "@pulumi/pulumi";
import type { BoundsSchedule } from "../../../callbacks/ecs/scaling/model";
import type { CallbackOptions } from "../../function/callbackOptions";

/** Options of the function of every scaler. */
export type ScalerCallbackOptions = Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "runtime" | "tags" | "tracing"
>;

/** A change by so many, once the metric is `from` past its threshold. */
export interface ScalingStep {
  /** So much above the threshold, or for `scaleIn` below it. Default 0: the threshold itself. */
  from?: number;
  /** Tasks (of a fleet: units) to add or remove, 1 or more. Give this or `percent`. */
  tasks?: number;
  /** Percent of what serves, rounded up. Give this or `tasks`. */
  percent?: number;
}

interface ScalingSignal {
  /** Changes by the amount of the breach. Default: in proportion to the metric. */
  steps?: ScalingStep[];
  /** Seconds of a datapoint: 10, 20, 30 or a multiple of 60. Default 60, or for `scaleOut` the `resolution`. */
  period?: number;
  /** So many datapoints must be past the threshold. Default 1 for `scaleOut`, 10 for `scaleIn`. */
  datapoints?: number;
  /** Of so many. Default: `datapoints`. */
  of?: number;
  /** Seconds of rest after a change. Default 0 for `scaleOut`, 300 for `scaleIn`. */
  cooldown?: number;
}

export interface ScaleOut extends ScalingSignal {
  /** More above this value. */
  above: number;
}

export interface ScaleIn extends ScalingSignal {
  /** Fewer below this value. */
  below: number;
}

/** A metric of CloudWatch. */
export interface CloudWatchMetric {
  namespace: string;
  metricName: string;
  /** Default: none. */
  dimensions?: Record<string, pulumi.Input<string>>;
  /** Default `Average`. */
  statistic?: string;
}

/** What one metric asks for, whatever it measures. */
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
