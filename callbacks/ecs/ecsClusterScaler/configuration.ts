import { type Environment, required } from "../../environment";
import {
  placesFrom,
  type ScalerConfig,
  type ScalerPlaces,
  type ScalerSettings,
} from "../scaling/configuration";

export const deploymentOnlyModule = true;

export interface ClusterScalerSettings extends ScalerSettings {
  /** So many more tasks of the largest service are always to fit. */
  readonly spare: number;
  /** Seconds until a drain that does not end is undone, or ends what no service has. */
  readonly drainTimeout: number;
}

export interface ClusterScalerConfig extends ScalerConfig {
  readonly settings: ClusterScalerSettings;
  /** Names, not ARNs. */
  readonly cluster: string;
  readonly group: string;
}

/** The environment of a deployed scaler. */
export function configurationFrom(
  env: Environment,
): ScalerPlaces & Pick<ClusterScalerConfig, "cluster" | "group"> {
  return {
    ...placesFrom(env),
    cluster: required(env, "CLUSTER_NAME"),
    group: required(env, "GROUP_NAME"),
  };
}
