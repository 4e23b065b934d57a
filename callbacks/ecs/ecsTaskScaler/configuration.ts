import { type Environment, required } from "../../environment";
import { placesFrom, type ScalerConfig, type ScalerSettings } from "../scaling/configuration";

export const deploymentOnlyModule = true;

/** Settings that the program decides; the environment names the resources. */
export interface TaskScalerSettings extends ScalerSettings {
  /** Seconds per datapoint of ECS's own metrics, where the program sets it. */
  readonly resolution?: 20 | 60;
}

export interface TaskScalerConfig extends ScalerConfig {
  readonly settings: TaskScalerSettings;
  /** Names, not ARNs. */
  readonly cluster: string;
  readonly service: string;
  /** Name of the parameter that pins the desired count for the program. */
  readonly pinName: string;
}

/** Reads the environment of a deployed scaler. */
export function configurationFrom(env: Environment): Omit<TaskScalerConfig, "settings" | "decide"> {
  return {
    ...placesFrom(env),
    cluster: required(env, "CLUSTER_NAME"),
    service: required(env, "SERVICE_NAME"),
    pinName: required(env, "PIN_NAME"),
  };
}
