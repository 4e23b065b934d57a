import { type Environment, required } from "../../environment";
import {
  placesFrom,
  type ScalerConfig,
  type ScalerPlaces,
  type ScalerSettings,
} from "../scaling/configuration";
import type { ExcessPolicy, FleetEngine } from "./fleets";

export const deploymentOnlyModule = true;

/** What the program decides; where things are comes from the environment. */
export interface FleetScalerSettings extends ScalerSettings {
  readonly engine: FleetEngine;
  readonly excess: ExcessPolicy;
  /** Units of the target that are On-Demand. */
  readonly onDemandBase: number;
  /** Seconds until a drain that does not end is undone, or ends what no service has. */
  readonly drainTimeout: number;
  /** What becomes of a container instance that is likely to be taken back. */
  readonly rebalance: "drain" | "ignore";
}

export interface FleetScalerConfig extends ScalerConfig {
  readonly settings: FleetScalerSettings;
  readonly fleetId: string;
  /** Name of the cluster whose tasks the fleet carries; undefined for none. */
  readonly cluster?: string;
}

/** The environment of a deployed scaler. */
export function configurationFrom(
  env: Environment,
): ScalerPlaces & Pick<FleetScalerConfig, "fleetId" | "cluster"> {
  const cluster = env.CLUSTER_NAME;
  return {
    ...placesFrom(env),
    fleetId: required(env, "FLEET_ID"),
    ...(cluster === undefined ? {} : { cluster }),
  };
}
