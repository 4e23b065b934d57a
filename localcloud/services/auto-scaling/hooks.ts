import type * as Sdk from "@aws-sdk/client-auto-scaling";
import type { CallContext } from "../../core/service";
import type { OperationOf } from "../../entities/api";
import { validation } from "./api";
import { activeGroup, groups } from "./groups";
import { MAX_HOOKS, passedRole, hookWithDefaults } from "./hookSettings";
import { testTarget } from "./notify";
import type { AutoScalingStore, Group, LifecycleAction, Member } from "./store";

type Operation<Name> = OperationOf<typeof Sdk, AutoScalingStore, Name>;
type Context = CallContext<AutoScalingStore>;

const putLifecycleHook: Operation<"PutLifecycleHook"> = {
  access: ({ AutoScalingGroupName: name, RoleARN }, context) => [
    groups.access("PutLifecycleHook", name, context),
    ...passedRole(RoleARN),
  ],
  async run(input, context) {
    const merged = (): { group: Group; hook: Sdk.LifecycleHook } => {
      const group = activeGroup(groups.at(input.AutoScalingGroupName, context));
      const before = group.hooks.get(input.LifecycleHookName);
      if (!before && group.hooks.size >= MAX_HOOKS)
        throw validation(`A group can have at most ${MAX_HOOKS} lifecycle hooks.`);
      return { group, hook: hookWithDefaults(input, before) };
    };
    const tested = merged();
    if (tested.hook.NotificationTargetARN)
      await testTarget(context.store.scope, tested.group, tested.hook);
    // Another request may have changed the hook, or deleted the group, meanwhile.
    const { group, hook } = merged();
    group.hooks.set(input.LifecycleHookName, hook);
  },
};

const describeLifecycleHooks: Operation<"DescribeLifecycleHooks"> = {
  run({ AutoScalingGroupName: name, LifecycleHookNames: names }, context) {
    const hooks = [...groups.at(name, context).hooks.values()];
    const isWanted = (one: string): boolean => !names?.length || names.includes(one);
    return { LifecycleHooks: hooks.filter((hook) => isWanted(hook.LifecycleHookName ?? "")) };
  },
};

/** Deletes a hook. Waiting launches are abandoned, waiting terminations continue. */
const deleteLifecycleHook: Operation<"DeleteLifecycleHook"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("DeleteLifecycleHook", name, context),
  ],
  async run({ AutoScalingGroupName: name, LifecycleHookName }, context) {
    const group = groups.at(name, context);
    if (!group.hooks.delete(LifecycleHookName))
      throw validation(`No Lifecycle Hook found with name ${LifecycleHookName}`);
    for (const { member, action } of waiting(group)) {
      if (action.hook.LifecycleHookName !== LifecycleHookName) continue;
      const isLaunch = action.hook.LifecycleTransition === "autoscaling:EC2_INSTANCE_LAUNCHING";
      const result = isLaunch ? "ABANDON" : "CONTINUE";
      await context.store.fleet.actions.complete(member, action, result);
    }
  },
};

const completeLifecycleAction: Operation<"CompleteLifecycleAction"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("CompleteLifecycleAction", name, context),
  ],
  async run(input, context) {
    const { LifecycleActionResult: result } = input;
    const { member, action } = findAction(input, context);
    if (result !== "CONTINUE" && result !== "ABANDON")
      throw validation(`Lifecycle action result ${result} must be CONTINUE or ABANDON.`);
    await context.store.fleet.actions.complete(member, action, result);
    return {};
  },
};

const recordLifecycleActionHeartbeat: Operation<"RecordLifecycleActionHeartbeat"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("RecordLifecycleActionHeartbeat", name, context),
  ],
  run(input, context) {
    const { member, action } = findAction(input, context);
    context.store.fleet.actions.heartbeat(member, action);
    return {};
  },
};

export const hookOperations = {
  CompleteLifecycleAction: completeLifecycleAction,
  DeleteLifecycleHook: deleteLifecycleHook,
  DescribeLifecycleHooks: describeLifecycleHooks,
  PutLifecycleHook: putLifecycleHook,
  RecordLifecycleActionHeartbeat: recordLifecycleActionHeartbeat,
};

interface Waiting {
  readonly member: Member;
  readonly action: LifecycleAction;
}

function waiting({ members }: Group): Waiting[] {
  return [...members.values()].flatMap((member) =>
    [...(member.wait?.actions ?? [])].map((action) => ({ member, action })),
  );
}

/**
 * Returns the action that a request names by its token or its instance.
 * @throws ValidationError, also for an action that was completed or has expired
 */
function findAction(
  input: {
    readonly AutoScalingGroupName: string;
    readonly LifecycleHookName: string;
    readonly LifecycleActionToken?: string;
    readonly InstanceId?: string;
  },
  context: Context,
): Waiting {
  const { LifecycleActionToken: token, InstanceId: id, LifecycleHookName: name } = input;
  if (token === undefined && id === undefined)
    throw validation("Either LifecycleActionToken or InstanceId must be specified.");
  const found = waiting(groups.at(input.AutoScalingGroupName, context)).find(
    ({ member, action }) =>
      action.hook.LifecycleHookName === name &&
      (token === undefined || action.token === token) &&
      (id === undefined || member.id === id),
  );
  if (found) return found;
  // Text from https://github.com/convox/rack/issues/2432
  const which = token === undefined ? `instance ID ${id}` : `token ${token}`;
  throw validation(`No active Lifecycle Action found with ${which}`);
}
