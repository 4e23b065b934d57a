import { type Environment, required } from "../../environment";
import {
  placesFrom,
  type ScalerConfig,
  type ScalerPlaces,
  type ScalerSettings,
} from "../scaling/configuration";

export const deploymentOnlyModule = true;

export interface ClusterScalerSettings extends ScalerSettings {
  /** There is always room for this many more tasks of the largest service. */
  readonly spare: number;
  /**
   * Seconds until a drain that does not finish is undone; if only tasks without a service are left, the instance ends.
   */
  readonly drainTimeout: number;
}

export interface ClusterScalerConfig extends ScalerConfig {
  readonly settings: ClusterScalerSettings;
  /** Names, not ARNs. */
  readonly cluster: string;
  readonly group: string;
}

/** Reads the environment of a deployed scaler. */
export function configurationFrom(
  env: Environment,
): ScalerPlaces & Pick<ClusterScalerConfig, "cluster" | "group"> {
  return {
    ...placesFrom(env),
    cluster: required(env, "CLUSTER_NAME"),
    group: required(env, "GROUP_NAME"),
  };
}
