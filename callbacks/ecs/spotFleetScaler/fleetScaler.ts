import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import {
  placesFrom,
  required,
  type ScalerConfig,
  type ScalerSettings,
} from "../scaling/configuration";
import { lambdaDeps } from "../scaling/lambdaDeps";
import type { DecideTasks } from "../scaling/model";
import { refuseRegistered } from "../scaling/otherScaler";
import type { Scaled } from "../scaling/scaled";
import { type ScalerDeps, scalerHandler, type ScalerHandler } from "../scaling/scalerHandler";
import { countsOf, describeFleet, type ExcessPolicy, type FleetEngine, setTarget } from "./fleets";
import { FLEET_NAMESPACE } from "./namespace";

export const deploymentOnlyModule = true;

/** What the program decides; where things are comes from the environment. */
export interface FleetScalerSettings extends ScalerSettings {
  readonly engine: FleetEngine;
  readonly excess: ExcessPolicy;
  /** Units of the target that are On-Demand. */
  readonly onDemandBase: number;
}

export interface FleetScalerConfig extends ScalerConfig {
  readonly settings: FleetScalerSettings;
  readonly fleetId: string;
}

/** Made for `callbackFactory`: looks at a fleet and its metrics, and sets its target capacity. */
export const fleetScalerFactory =
  (settings: FleetScalerSettings, decide: DecideTasks | undefined) => (): ScalerHandler =>
    fleetScalerHandler(
      {
        ...placesFrom(process.env),
        fleetId: required(process.env, "FLEET_ID"),
        settings,
        ...(decide ? { decide } : {}),
      },
      lambdaDeps(),
    );

export function fleetScalerHandler(config: FleetScalerConfig, deps: ScalerDeps): ScalerHandler {
  return scalerHandler(config, scaledFleet(config, deps), deps);
}

/** What of a fleet is read and changed. */
function scaledFleet({ settings, fleetId: id }: FleetScalerConfig, { aws }: ScalerDeps): Scaled {
  const autoScaling = new ApplicationAutoScalingClient(aws);
  const ec2 = new EC2Client(aws);
  const { engine } = settings;
  return {
    namespace: FLEET_NAMESPACE,
    label: { fleet: id },
    // https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-ec2.html: no EC2 Fleets.
    ...(engine === "spotFleet" && {
      refuseOthers: () => refuseRegistered(autoScaling, "ec2", `spot-fleet-request/${id}`),
    }),
    read: async () => countsOf(await describeFleet(ec2, engine, id)),
    change: (target) => setTarget(ec2, { engine, id }, target, settings),
  };
}
