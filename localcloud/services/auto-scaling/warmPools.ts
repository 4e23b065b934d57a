import type * as Sdk from "@aws-sdk/client-auto-scaling";
import { AwsError } from "../../core/errors";
import type { OperationOf } from "../../entities/api";
import { pageOf } from "../../entities/paging";
import { api, paging, validation } from "./api";
import { activeGroup, groups } from "./groups";
import type { AutoScalingStore } from "./store";
import { shownMember, shownPool } from "./views";

type Operation<Name> = OperationOf<typeof Sdk, AutoScalingStore, Name>;

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html */
export const putWarmPool: Operation<"PutWarmPool"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("PutWarmPool", name, context),
  ],
  run(input, context) {
    const group = activeGroup(groups.at(input.AutoScalingGroupName, context));
    const before = group.warmPool;
    if (before?.isDeleting) throw validation("The warm pool is pending delete.");
    const { PoolState: state = before?.state ?? "Stopped" } = input;
    if (state === "Hibernated")
      throw new AwsError(
        "NotImplemented",
        "The local cloud does not implement autoscaling:PutWarmPool with PoolState Hibernated: its pools are Stopped or Running. " +
          "Nothing was done; see docs/local-cloud.md for what is emulated.",
        { status: 501 },
      );
    if (state !== "Stopped" && state !== "Running")
      throw validation(`Pool state ${String(state)} must be Stopped, Running or Hibernated.`);
    const prepared = input.MaxGroupPreparedCapacity ?? before?.maxPrepared;
    if (prepared !== undefined && prepared !== -1 && prepared < group.min)
      throw validation(
        `MaxGroupPreparedCapacity ${prepared} must be at least the minimum size of the group, ${group.min}.`,
      );
    group.warmPool = {
      minSize: input.MinSize ?? before?.minSize ?? 0,
      // -1 removes the limit.
      maxPrepared: prepared === -1 ? undefined : prepared,
      state,
      reuses: input.InstanceReusePolicy?.ReuseOnScaleIn ?? before?.reuses ?? false,
      isDeleting: false,
    };
    context.store.fleet.changed(group);
    return {};
  },
};

export const describeWarmPool: Operation<"DescribeWarmPool"> = {
  run(input, context) {
    const { warmPool, members } = groups.at(input.AutoScalingGroupName, context);
    if (!warmPool) return { Instances: [] };
    const { items, next } = pageOf(api.model("DescribeWarmPool"), input, {
      items: [...members.values()].filter(({ state }) => state.startsWith("Warmed:")),
      key: ({ id }) => id,
      max: 50,
      ...paging,
    });
    return {
      WarmPoolConfiguration: shownPool(warmPool),
      Instances: items.map(shownMember),
      ...next,
    };
  },
};

export const deleteWarmPool: Operation<"DeleteWarmPool"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("DeleteWarmPool", name, context),
  ],
  run({ AutoScalingGroupName: name, ForceDelete = false }, context) {
    const group = activeGroup(groups.at(name, context));
    if (!group.warmPool) throw validation(`No warm pool found for Auto Scaling group ${name}.`);
    const size = [...group.members.values()].filter(({ state }) => state.startsWith("Warmed:"));
    if (size.length > 0 && !ForceDelete)
      throw new AwsError(
        "ResourceInUseFault",
        "You cannot delete a warm pool while there are instances in it.",
      );
    group.warmPool.isDeleting = true;
    context.store.fleet.changed(group);
    return {};
  },
};
