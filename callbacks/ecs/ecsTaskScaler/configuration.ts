import type { DecideTasks, ScalingSettings } from "../scaling/model";

export const deploymentOnlyModule = true;

/** A metric of CloudWatch. */
export interface MetricSource {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `p95` ... */
  readonly statistic: string;
}

/** Where the values of one rule come from. */
export type RuleSource =
  | { readonly metric: MetricSource; readonly queueUrl?: string }
  | {
      /** Over the ids of `metrics`, such as `a / b`. */
      readonly expression: string;
      readonly metrics: Readonly<Record<string, MetricSource>>;
    };

/** What the program decides; where things are comes from the environment. */
export interface TaskScalerSettings extends ScalingSettings {
  /** `observe` decides and records everything, and changes nothing. */
  readonly mode: "scale" | "observe";
  /** Seconds of a datapoint of ECS's own metrics, where the program sets it. */
  readonly resolution?: 20 | 60;
}

export interface TaskScalerConfig {
  readonly settings: TaskScalerSettings;
  readonly decide?: DecideTasks;
  /** Name of the scaler in its program. */
  readonly name: string;
  /** Names, not ARNs. */
  readonly cluster: string;
  readonly service: string;
  readonly tableName: string;
  /** The rule that calls the scaler each minute while it is enabled. */
  readonly ruleName: string;
  /** The parameter that pins the desired count for the program. */
  readonly pinName: string;
  /** Names of the alarms that ask for more, and for fewer. */
  readonly highAlarms: readonly string[];
  readonly lowAlarms: readonly string[];
  /** By the names of the rules. */
  readonly sources: Readonly<Record<string, RuleSource>>;
}

/** The environment of a deployed scaler. */
export function configurationFrom(
  env: Readonly<Record<string, string | undefined>>,
): Omit<TaskScalerConfig, "settings" | "decide"> {
  return {
    name: required(env, "SCALER_NAME"),
    cluster: required(env, "CLUSTER_NAME"),
    service: required(env, "SERVICE_NAME"),
    tableName: required(env, "TABLE_NAME"),
    ruleName: required(env, "RULE_NAME"),
    pinName: required(env, "PIN_NAME"),
    highAlarms: JSON.parse(required(env, "HIGH_ALARMS")) as string[],
    lowAlarms: JSON.parse(required(env, "LOW_ALARMS")) as string[],
    sources: JSON.parse(required(env, "SOURCES")) as TaskScalerConfig["sources"],
  };
}

function required(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
