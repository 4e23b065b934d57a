import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { nextDrains } from "../containerInstances/drains";
import { registeredArns } from "../containerInstances/machines";
import { returningOf } from "../containerInstances/returning";
import { setStatus } from "../containerInstances/setStatus";
import { lambdaDeps } from "../scaling/lambdaDeps";
import type { DecideTasks } from "../scaling/model";
import { refusal, type Scaled, type Maintained } from "../scaling/scaled";
import { type ScalerDeps, scalerHandler, type ScalerHandler } from "../scaling/scalerHandler";
import { endInstance, refuseManaged, setDesiredCapacity } from "./change";
import type { ClusterState, Kept } from "./cluster";
import {
  type ClusterScalerConfig,
  type ClusterScalerSettings,
  configurationFrom,
} from "./configuration";
import { NAMESPACE } from "./namespace";
import { planOf } from "./plan";
import { hasLoneTasks, isWokenByEvents, lastActivityAt } from "./wakeUps";
import { type ClusterClients, type ClusterLook, createReadCluster } from "./readCluster";

export const deploymentOnlyModule = true;

/** Made for `callbackFactory`: evaluates a cluster and its metrics, and sets how many instances its group has. */
export const clusterScalerFactory =
  (settings: ClusterScalerSettings, decide: DecideTasks | undefined) => (): ScalerHandler =>
    clusterScalerHandler(
      { ...configurationFrom(process.env), settings, ...(decide ? { decide } : {}) },
      lambdaDeps(),
    );

export function clusterScalerHandler(config: ClusterScalerConfig, deps: ScalerDeps): ScalerHandler {
  return scalerHandler(config, scaledCluster(config, deps), deps);
}

/** Describes how to read and change a cluster and its group. */
function scaledCluster(config: ClusterScalerConfig, deps: ScalerDeps): Scaled<ClusterLook> {
  const clients: ClusterClients = {
    autoScaling: new AutoScalingClient(deps.aws),
    ec2: new EC2Client(deps.aws),
    ecs: new ECSClient(deps.aws),
  };
  const { cluster, group } = config;
  const read = createReadCluster(clients, config, () => deps.now());
  return {
    namespace: NAMESPACE,
    label: { cluster, group },
    read,
    refuseOthers: ({ groupArn }) => refuseManaged(clients.ecs, { arn: groupArn, name: group }),
    claim(to, { now, counts }) {
      const { victims } = planOf(counts.state, counts.kept, { to, now });
      return withVictims(counts, victims);
    },
    change: (to, counts) => change(clients, config, counts, to),
    maintain: ({ now, counts, isTick }) =>
      Promise.resolve(maintain(clients, config, counts, { now, isTick })),
  };
}

async function change(
  { autoScaling, ecs }: ClusterClients,
  { cluster, group }: ClusterScalerConfig,
  { state, kept, maxSize }: ClusterLook,
  to: number,
): Promise<void> {
  const plan = planOf(state, kept, { to, now: 0 });
  const { returning } = withVictims({ state, kept }, plan.victims);
  await setStatus(ecs, cluster, { arns: arnsOf(state, returning), status: "ACTIVE" });
  await setStatus(ecs, cluster, { arns: arnsOf(state, plan.drained), status: "DRAINING" });
  const { desiredCapacity: desired } = plan;
  if (desired !== undefined) await setDesiredCapacity(autoScaling, group, { desired, maxSize });
}

/** Finishes drains, and reports tasks that can never be placed. */
function maintain(
  { autoScaling, ecs }: ClusterClients,
  { cluster, settings }: ClusterScalerConfig,
  { state, kept, need }: ClusterLook,
  { now, isTick }: { readonly now: number; readonly isTick: boolean },
): Maintained {
  const { drainTimeout } = settings;
  const drains = nextDrains(state, kept, { now, drainTimeout });
  const { restUntil, ended, drained } = drains;
  const next = withVictims({ state, kept }, drains.victims);
  const active = arnsOf(state, next.returning);
  const stirred = lastActivityAt(state, kept, { now, isTick });
  const problems = [...drains.problems, ...need.tooLarge];
  const act = async (): Promise<void> => {
    await setStatus(ecs, cluster, { arns: active, status: "ACTIVE" });
    await setStatus(ecs, cluster, { arns: registeredArns(drained), status: "DRAINING" });
    for (const { ec2InstanceId } of ended) await endInstance(autoScaling, ec2InstanceId);
    // Fails the run: the alarm on errors notifies the user.
    if (problems.length > 0) throw refusal(`${problems.join("; ")}.`);
  };
  const isIdle = ended.length + active.length + drained.length + problems.length === 0;
  return {
    kept: {
      ...next,
      stirred,
      hadLoneTasks: hasLoneTasks(state),
      ...(restUntil === undefined ? {} : { restUntil }),
    },
    wakesItself: isWokenByEvents(state, { restUntil, stirred }, { now, settings }),
    again: next.victims.length + next.returning.length > 0,
    done: [...drains.done, ...need.tooLarge],
    ...(isIdle ? {} : { act }),
  };
}

/** Sets other victims: instances that are not victims any more accept tasks again. */
function withVictims(
  { state: { machines }, kept }: Pick<ClusterLook, "state" | "kept">,
  victims: Kept["victims"],
): Kept & { readonly returning: readonly string[] } {
  return { ...kept, victims, returning: returningOf(machines, kept, victims) };
}

function arnsOf({ machines }: ClusterState, ids: readonly string[]): string[] {
  return registeredArns(machines.filter(({ ec2InstanceId }) => ids.includes(ec2InstanceId)));
}
