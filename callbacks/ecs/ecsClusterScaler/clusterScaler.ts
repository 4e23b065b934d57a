import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { setStatus } from "../containerInstances/setStatus";
import { lambdaDeps } from "../scaling/lambdaDeps";
import type { DecideTasks } from "../scaling/model";
import { type ScalerDeps, scalerHandler, type ScalerHandler } from "../scaling/scalerHandler";
import { endInstance, refuseManaged, setDesiredCapacity } from "./change";
import {
  type ClusterScalerConfig,
  type ClusterScalerSettings,
  configurationFrom,
} from "./configuration";
import { type ClusterClients, createReadCluster } from "./readCluster";
import { type ClusterAccess, scaledCluster } from "./scaledCluster";

export const deploymentOnlyModule = true;

/** Made for `callbackFactory`: evaluates a cluster and its metrics, and sets how many instances its group has. */
export const clusterScalerFactory =
  (settings: ClusterScalerSettings, decide: DecideTasks | undefined) => (): ScalerHandler =>
    clusterScalerHandler(
      { ...configurationFrom(process.env), settings, ...(decide ? { decide } : {}) },
      lambdaDeps(),
    );

export function clusterScalerHandler(config: ClusterScalerConfig, deps: ScalerDeps): ScalerHandler {
  const { cluster, group, settings } = config;
  const scaled = scaledCluster(doorOf(config, deps), { cluster, group }, settings);
  return scalerHandler(config, scaled, deps);
}

function doorOf(config: ClusterScalerConfig, deps: ScalerDeps): ClusterAccess {
  const clients: ClusterClients = {
    autoScaling: new AutoScalingClient(deps.aws),
    ec2: new EC2Client(deps.aws),
    ecs: new ECSClient(deps.aws),
  };
  const { autoScaling, ecs } = clients;
  const { cluster, group } = config;
  return {
    read: createReadCluster(clients, config, () => deps.now()),
    refuseManaged: ({ groupArn }) => refuseManaged(ecs, { arn: groupArn, name: group }),
    setStatus: (arns, status) => setStatus(ecs, cluster, { arns, status }),
    setDesiredCapacity: (desired, { maxSize }) =>
      setDesiredCapacity(autoScaling, group, { desired, maxSize }),
    endInstance: (id) => endInstance(autoScaling, id),
  };
}
