import { type Environment, required } from "../../environment";
import {
  placesFrom,
  type ScalerConfig,
  type ScalerPlaces,
  type ScalerSettings,
} from "../scaling/configuration";
import type { ExcessPolicy, FleetEngine } from "./fleets";

export const deploymentOnlyModule = true;

/** Settings that the program decides; the environment names the resources. */
export interface FleetScalerSettings extends ScalerSettings {
  readonly engine: FleetEngine;
  readonly excess: ExcessPolicy;
  /** On-Demand units of the target. */
  readonly onDemandBase: number;
  /**
   * Seconds until a drain that does not finish is undone; if only tasks without a service are left, the instance ends.
   */
  readonly drainTimeout: number;
  /** What to do with a container instance that is likely to be interrupted. */
  readonly rebalance: "drain" | "ignore";
}

export interface FleetScalerConfig extends ScalerConfig {
  readonly settings: FleetScalerSettings;
  readonly fleetId: string;
  /** Name of the cluster whose tasks run on the fleet; undefined for none. */
  readonly cluster?: string;
}

/** Reads the environment of a deployed scaler. */
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
