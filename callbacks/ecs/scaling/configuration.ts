import { type Environment, required } from "../../environment";
import type { DecideTasks, ScalingSettings } from "./model";
import type { Pace } from "./pace";

export const deploymentOnlyModule = true;

/** A CloudWatch metric. */
export interface MetricSource {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `p95` ... */
  readonly statistic: string;
}

/** Source of the values of one rule. */
export type RuleSource =
  | { readonly metric: MetricSource; readonly queueUrl?: string }
  | {
      /** Metric math over the ids of `metrics`, such as `a / b`. */
      readonly expression: string;
      readonly metrics: Readonly<Record<string, MetricSource>>;
    };

/** Settings that the program of any scaler decides; the environment names the resources. */
export interface ScalerSettings extends ScalingSettings {
  /** `observe` decides and records everything, and changes nothing. */
  readonly mode: "scale" | "observe";
}

/** Names of the resources of any scaler. */
export interface ScalerPlaces {
  /** Name of the scaler in its metrics, including its project and stack. */
  readonly name: string;
  readonly tableName: string;
  /** Names of the rules that call the scaler while they are enabled. */
  readonly ruleNames: Readonly<Record<Pace, string>>;
  /** Names of the alarms that ask for a higher count, and for a lower one. */
  readonly highAlarms: readonly string[];
  readonly lowAlarms: readonly string[];
  /** By rule name. */
  readonly sources: Readonly<Record<string, RuleSource>>;
}

export interface ScalerConfig extends ScalerPlaces {
  readonly settings: ScalerSettings;
  readonly decide?: DecideTasks;
}

/** Reads the part of the environment that every deployed scaler has. */
export function placesFrom(env: Environment): ScalerPlaces {
  return {
    name: required(env, "SCALER_NAME"),
    tableName: required(env, "TABLE_NAME"),
    ruleNames: { minute: required(env, "RULE_NAME"), slow: required(env, "SLOW_RULE_NAME") },
    highAlarms: JSON.parse(required(env, "HIGH_ALARMS")) as string[],
    lowAlarms: JSON.parse(required(env, "LOW_ALARMS")) as string[],
    sources: JSON.parse(required(env, "SOURCES")) as ScalerConfig["sources"],
  };
}
