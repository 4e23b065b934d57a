import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { ECSClient } from "@aws-sdk/client-ecs";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { DecideTasks } from "../scaling/model";
import { refuseRegistered } from "../scaling/otherScaler";
import type { Scaled } from "../scaling/scaled";
import { type ScalerDeps, scalerHandler, type ScalerHandler } from "../scaling/scalerHandler";
import { lambdaDeps } from "../scaling/lambdaDeps";
import { pinCount, setDesired, setResolution } from "./change";
import { configurationFrom, type TaskScalerConfig, type TaskScalerSettings } from "./configuration";
import { NAMESPACE } from "./namespace";
import { readService } from "./readService";

export const deploymentOnlyModule = true;

/** Made for `callbackFactory`: evaluates a service and its metrics, and sets the desired count. */
export const taskScalerFactory =
  (settings: TaskScalerSettings, decide: DecideTasks | undefined) => (): ScalerHandler =>
    taskScalerHandler(
      { ...configurationFrom(process.env), settings, ...(decide ? { decide } : {}) },
      lambdaDeps(),
    );

export function taskScalerHandler(config: TaskScalerConfig, deps: ScalerDeps): ScalerHandler {
  return scalerHandler(config, scaledService(config, deps), deps);
}

/** Describes how to read and change a service. */
function scaledService(config: TaskScalerConfig, { aws }: ScalerDeps): Scaled {
  const autoScaling = new ApplicationAutoScalingClient(aws);
  const ecs = new ECSClient(aws);
  const ssm = new SSMClient(aws);
  const { resolution } = config.settings;
  return {
    namespace: NAMESPACE,
    label: { service: config.service },
    read: () => readService(ecs, config),
    refuseOthers: () =>
      refuseRegistered(autoScaling, "ecs", `service/${config.cluster}/${config.service}`),
    pin: (desired) => pinCount(ssm, config.pinName, desired),
    change: (desired) => setDesired(ecs, config, desired),
    // `kept` is the resolution that the scaler has requested from ECS.
    async maintain({ kept }) {
      if (resolution === undefined || kept === resolution) return { kept };
      await setResolution(ecs, config, resolution);
      return { kept: resolution };
    },
  };
}
