import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { untilConsistent } from "../../define";
import type { ProviderContext } from "../../types";
import { autoScaling, describeGroup } from "./client";

/** Pause between two checks of a group, and how long it may take to drain and to end, in real time. */
const PAUSE_MS = 200;
const MAX_DRAIN_MS = 20_000;
const MAX_END_MS = 10_000;
/** Names of temporary errors. */
const BUSY = ["ResourceInUseFault", "ScalingActivityInProgressFault"];

/** Deletes a group, the warm pool first: it would replace its instances while the group drains. */
export async function deleteGroup(
  id: string,
  { forceDelete = false }: { readonly forceDelete?: boolean },
  context: ProviderContext,
): Promise<void> {
  const found = await describeGroup(id, context);
  if (!found) return;
  if (found.Status === undefined) {
    await deletePool(found, id, context);
    const isEmpty = !forceDelete && (await drain(id, context));
    await deleteNow(id, !isEmpty, context);
  }
  // Subnets and security groups cannot be deleted while the interface of an instance uses them.
  await until((group) => !group, MAX_END_MS, id, context);
}

async function deletePool(
  { WarmPoolConfiguration: pool }: AutoScalingGroup,
  AutoScalingGroupName: string,
  context: ProviderContext,
): Promise<void> {
  if (!pool) return;
  if (pool.Status === undefined)
    await autoScaling.send("DeleteWarmPool", { AutoScalingGroupName, ForceDelete: true }, context);
  const isGone = (group?: AutoScalingGroup): boolean => !group?.WarmPoolConfiguration;
  await until(isGone, MAX_DRAIN_MS, AutoScalingGroupName, context);
}

/**
 * Lets the instances end as the group's hooks decide; if a hook is not answered in time, the group is deleted by force.
 * @returns whether no instance is left
 */
async function drain(AutoScalingGroupName: string, context: ProviderContext): Promise<boolean> {
  const none = { AutoScalingGroupName, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 };
  await autoScaling.send("UpdateAutoScalingGroup", none, context);
  const isEmpty = (group?: AutoScalingGroup): boolean => !group?.Instances?.length;
  return until(isEmpty, MAX_DRAIN_MS, AutoScalingGroupName, context);
}

/** Deletes the group like the real provider: retries while something of the group is still under way. */
async function deleteNow(
  AutoScalingGroupName: string,
  ForceDelete: boolean,
  context: ProviderContext,
): Promise<void> {
  const request = { AutoScalingGroupName, ForceDelete };
  await untilConsistent(
    (error) => BUSY.includes(error.name),
    () => autoScaling.send("DeleteAutoScalingGroup", request, context),
  );
}

async function until(
  isDone: (group: AutoScalingGroup | undefined) => boolean,
  ms: number,
  id: string,
  context: ProviderContext,
): Promise<boolean> {
  for (let left = ms; left > 0; left -= PAUSE_MS) {
    if (isDone(await describeGroup(id, context))) return true;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return false;
}
