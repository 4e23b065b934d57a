import { isDeepStrictEqual } from "node:util";
import type { AutoScalingGroup, ScaleInProtectedInstances } from "@aws-sdk/client-auto-scaling";
import type { GroupArgs } from "@pulumi/aws/autoscaling/group";
import { ignoreGone, type Args } from "../../define";
import type { Properties, ProviderContext } from "../../types";
import { autoScaling } from "./client";

type Inputs = Args<GroupArgs>;

/** Sets the warm pool as the program describes it; deletes it if there is none in the program. */
export async function setWarmPool(
  AutoScalingGroupName: string,
  news: Inputs["warmPool"],
  olds: Inputs["warmPool"],
  context: ProviderContext,
): Promise<void> {
  if (isDeepStrictEqual(news, olds)) return;
  if (!news) {
    const request = { AutoScalingGroupName, ForceDelete: true };
    return void (await autoScaling.send("DeleteWarmPool", request, context));
  }
  await autoScaling.send(
    "PutWarmPool",
    {
      AutoScalingGroupName,
      MaxGroupPreparedCapacity: news.maxGroupPreparedCapacity ?? -1,
      MinSize: news.minSize ?? 0,
      PoolState: (news.poolState ?? "Stopped") as "Stopped",
      InstanceReusePolicy: { ReuseOnScaleIn: news.instanceReusePolicy?.reuseOnScaleIn ?? false },
    },
    context,
  );
}

export function warmPoolOutputs({
  WarmPoolConfiguration: pool,
}: AutoScalingGroup): Properties | undefined {
  if (!pool || pool.Status !== undefined) return undefined;
  return {
    instanceReusePolicy: { reuseOnScaleIn: pool.InstanceReusePolicy?.ReuseOnScaleIn ?? false },
    maxGroupPreparedCapacity: pool.MaxGroupPreparedCapacity ?? -1,
    minSize: pool.MinSize,
    poolState: pool.PoolState,
  };
}

/** Replaces the instances when the launch template, or a trigger, changes; cancels a running refresh first. */
export async function refreshInstances(
  AutoScalingGroupName: string,
  news: Inputs,
  olds: Inputs,
  context: ProviderContext,
): Promise<void> {
  const { instanceRefresh: refresh } = news;
  if (!refresh || !triggers(refresh).some((name) => !isDeepStrictEqual(news[name], olds[name])))
    return;
  await ignoreGone(["ActiveInstanceRefreshNotFoundFault"], () =>
    autoScaling.send("CancelInstanceRefresh", { AutoScalingGroupName }, context),
  );
  const { preferences } = refresh;
  await autoScaling.send(
    "StartInstanceRefresh",
    {
      AutoScalingGroupName,
      Strategy: refresh.strategy as "Rolling",
      ...(preferences && {
        Preferences: {
          AutoRollback: preferences.autoRollback,
          CheckpointDelay: numberOf(preferences.checkpointDelay),
          CheckpointPercentages: preferences.checkpointPercentages,
          InstanceWarmup: numberOf(preferences.instanceWarmup),
          MaxHealthyPercentage: preferences.maxHealthyPercentage,
          MinHealthyPercentage: preferences.minHealthyPercentage,
          ScaleInProtectedInstances:
            preferences.scaleInProtectedInstances as ScaleInProtectedInstances,
          SkipMatching: preferences.skipMatching,
          ...(preferences.alarmSpecification && {
            AlarmSpecification: { Alarms: preferences.alarmSpecification.alarms },
          }),
        },
      }),
    },
    context,
  );
}

/** `vpc_zone_identifiers` corresponds to `vpcZoneIdentifiers` in a program, and `tag` to its tags. */
function triggers({ triggers: given = [] }: NonNullable<Inputs["instanceRefresh"]>) {
  const names = given.map((name) => name.replace(/_(\w)/g, (_, one: string) => one.toUpperCase()));
  return [
    "launchTemplate",
    ...names.map((name) => (name === "tag" ? "tags" : name)),
  ] as const as (keyof Inputs)[];
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
