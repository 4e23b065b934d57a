import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { lambdaDeps } from "../scaling/lambdaDeps";
import type { MemoryStore } from "../scaling/memoryStore";
import type { DecideTasks } from "../scaling/model";
import { storeNotice, noticeOf } from "../scaling/notices";
import { refuseRegistered } from "../scaling/otherScaler";
import type { Scaled } from "../scaling/scaled";
import { type ScalerDeps, scalerHandler, type ScalerHandler } from "../scaling/scalerHandler";
import type { WakeEvent } from "../scaling/wake";
import { changeContainerFleet, maintainContainerFleet } from "./changeFleet";
import {
  type ContainerClients,
  type ContainerFleetSnapshot,
  createReadContainerFleet,
  keptFor,
} from "./containerFleet";
import {
  configurationFrom,
  type FleetScalerConfig,
  type FleetScalerSettings,
} from "./configuration";
import {
  countsOf,
  describeFleet,
  type FleetCounts,
  type FleetEngine,
  newTarget,
  setTarget,
} from "./fleets";
import { isMember } from "./members";
import { storedFleet } from "./machines";
import { FLEET_NAMESPACE } from "./namespace";

export const deploymentOnlyModule = true;

/** Made for `callbackFactory`: evaluates a fleet and its metrics, and sets its target capacity. */
export const fleetScalerFactory =
  (settings: FleetScalerSettings, decide: DecideTasks | undefined) => (): ScalerHandler =>
    fleetScalerHandler(
      { ...configurationFrom(process.env), settings, ...(decide ? { decide } : {}) },
      lambdaDeps(),
    );

export function fleetScalerHandler(config: FleetScalerConfig, deps: ScalerDeps): ScalerHandler {
  return config.cluster === undefined
    ? scalerHandler(config, scaledFleet(config, deps), deps)
    : scalerHandler(config, scaledContainerFleet(config, deps), deps);
}

/**
 * Describes how to read and change a fleet without a cluster: the fleet chooses the instances that a lower target ends.
 */
function scaledFleet(config: FleetScalerConfig, deps: ScalerDeps): Scaled<FleetCounts> {
  const ec2 = new EC2Client(deps.aws);
  const { settings, fleetId: id } = config;
  const { engine, excess, onDemandBase } = settings;
  return {
    ...anyFleet(config, deps),
    read: async () => countsOf(await describeFleet(ec2, engine, id)),
    change: (to, counts) =>
      setTarget(ec2, { engine, id }, { ...newTarget(to, onDemandBase, counts), excess }),
  };
}

/** The same for a fleet whose instances run the tasks of a cluster: instances lose their tasks before they end. */
function scaledContainerFleet(
  config: FleetScalerConfig,
  deps: ScalerDeps,
): Scaled<ContainerFleetSnapshot> {
  const clients = { ec2: new EC2Client(deps.aws), ecs: new ECSClient(deps.aws) };
  const { settings, fleetId: id } = config;
  return {
    ...anyFleet(config, deps),
    recordNotice: (event, store) =>
      recordNotice(clients, { engine: settings.engine, id }, event, store),
    read: createReadContainerFleet(clients, config, () => deps.now()),
    claim: (to, { now, counts }) => storedFleet(keptFor(to, counts, { settings, now })),
    change: (to, counts) => changeContainerFleet(clients, config, counts, to),
    maintain: ({ now, counts }) =>
      Promise.resolve(maintainContainerFleet(clients, config, counts, now)),
  };
}

/**
 * Stores Spot's notice. EventBridge sends the events of every Spot instance in the region; only those of the fleet
 * matter.
 */
async function recordNotice(
  { ec2 }: ContainerClients,
  fleet: { readonly engine: FleetEngine; readonly id: string },
  event: WakeEvent,
  store: MemoryStore,
): Promise<boolean> {
  const notice = noticeOf(event);
  if (!notice) return true;
  if (!(await isMember(ec2, fleet, notice.ec2InstanceId))) return false;
  await storeNotice(store, notice);
  return true;
}

function anyFleet(
  { settings: { engine }, fleetId: id }: FleetScalerConfig,
  { aws }: ScalerDeps,
): Pick<Scaled, "namespace" | "label" | "refuseOthers"> {
  const autoScaling = new ApplicationAutoScalingClient(aws);
  return {
    namespace: FLEET_NAMESPACE,
    label: { fleet: id },
    // EC2 Fleets are not supported:
    // https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-ec2.html
    ...(engine === "spotFleet" && {
      refuseOthers: () => refuseRegistered(autoScaling, "ec2", `spot-fleet-request/${id}`),
    }),
  };
}
