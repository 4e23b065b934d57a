import type { LifecycleHookSpecification } from "@aws-sdk/client-auto-scaling";
import type { GroupArgs } from "@pulumi/aws/autoscaling/group";
import type { LifecycleHookArgs } from "@pulumi/aws/autoscaling/lifecycleHook";
import { defineResource, ignoreGone, unlessGone, untilConsistent, type Args } from "../../define";
import type { ProviderContext } from "../../types";
import { autoScaling } from "./client";

type Inputs = Args<LifecycleHookArgs>;
type InitialHook = NonNullable<Args<GroupArgs>["initialLifecycleHooks"]>[number];

/** A missing group or hook is reported as a ValidationError. */
const GONE = ["ValidationError"];

export const lifecycleHook = defineResource<Inputs>({
  token: "aws:autoscaling/lifecycleHook:LifecycleHook",
  inputs: [
    "autoscalingGroupName",
    "defaultResult",
    "heartbeatTimeout",
    "lifecycleTransition",
    "name",
    "notificationMetadata",
    "notificationTargetArn",
    "roleArn",
  ],
  computed: ["defaultResult", "heartbeatTimeout"],
  required: ["autoscalingGroupName", "lifecycleTransition"],
  autoname: { property: "name", maxLength: 255 },
  replaceOn: ["autoscalingGroupName", "name"],
  importKey(id) {
    const [autoscalingGroupName, name] = id.split("/");
    return { autoscalingGroupName, name };
  },
  async create(inputs, context) {
    await putHook(inputs.autoscalingGroupName, inputs, context);
    return inputs.name ?? "";
  },
  read: (id, { autoscalingGroupName = "" }, context) =>
    unlessGone(GONE, async () => {
      const LifecycleHookNames = [nameOf(id)];
      const { LifecycleHooks: [found] = [] } = await autoScaling.send(
        "DescribeLifecycleHooks",
        { AutoScalingGroupName: autoscalingGroupName, LifecycleHookNames },
        context,
      );
      return (
        found && {
          autoscalingGroupName: found.AutoScalingGroupName,
          defaultResult: found.DefaultResult,
          heartbeatTimeout: found.HeartbeatTimeout,
          lifecycleTransition: found.LifecycleTransition,
          name: found.LifecycleHookName,
          notificationMetadata: found.NotificationMetadata || undefined,
          notificationTargetArn: found.NotificationTargetARN || undefined,
          roleArn: found.RoleARN || undefined,
        }
      );
    }),
  update: (_id, news, _olds, context) => putHook(news.autoscalingGroupName, news, context),
  delete: (id, { autoscalingGroupName }, context) =>
    ignoreGone(GONE, () =>
      autoScaling.send(
        "DeleteLifecycleHook",
        { AutoScalingGroupName: autoscalingGroupName, LifecycleHookName: nameOf(id) },
        context,
      ),
    ),
});

/** Puts a hook. With a new role it takes time until a test message succeeds, which the real provider handles too. */
export async function putHook(
  AutoScalingGroupName: string,
  hook: Inputs | InitialHook,
  context: ProviderContext,
): Promise<void> {
  const request = { AutoScalingGroupName, ...specification(hook) };
  await untilConsistent(
    (error) => error.message.includes("Unable to publish test message"),
    () => autoScaling.send("PutLifecycleHook", request, context),
    5,
  );
}

/** An omitted setting is removed: a target by an empty text. */
function specification(hook: Inputs | InitialHook): LifecycleHookSpecification {
  return {
    LifecycleHookName: hook.name ?? "",
    LifecycleTransition: hook.lifecycleTransition,
    DefaultResult: hook.defaultResult,
    HeartbeatTimeout: hook.heartbeatTimeout,
    NotificationMetadata: hook.notificationMetadata ?? "",
    NotificationTargetARN: hook.notificationTargetArn ?? "",
    ...(hook.roleArn && { RoleARN: hook.roleArn }),
  };
}

/** An import id may have the group before the hook. */
function nameOf(id: string): string {
  return id.split("/").at(-1) ?? id;
}
