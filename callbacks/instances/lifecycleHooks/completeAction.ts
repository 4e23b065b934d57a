import {
  type AutoScalingClient,
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
} from "@aws-sdk/client-auto-scaling";
import { nameOf, type Retry, retrying } from "../../retry";
import type { HookMessage } from "./hookMessage";

export const deploymentOnlyModule = true;

/** `over`: the action has been completed, or its time is up. */
export type ActionState = "active" | "over";

/** Completes the lifecycle action of an instance, which ends its wait. */
export function completeAction(
  client: AutoScalingClient,
  message: HookMessage,
  result: "CONTINUE" | "ABANDON",
  retry: Retry,
): Promise<ActionState> {
  return unlessOver(() =>
    retrying(retry, () =>
      client.send(
        new CompleteLifecycleActionCommand({
          ...actionOf(message),
          LifecycleActionResult: result,
        }),
      ),
    ),
  );
}

/** Restarts the hook's timeout. */
export function recordHeartbeat(
  client: AutoScalingClient,
  message: HookMessage,
  retry: Retry,
): Promise<ActionState> {
  return unlessOver(() =>
    retrying(retry, () =>
      client.send(new RecordLifecycleActionHeartbeatCommand(actionOf(message))),
    ),
  );
}

function actionOf({ groupName, hookName, instanceId, token }: HookMessage) {
  return {
    AutoScalingGroupName: groupName,
    LifecycleHookName: hookName,
    ...(token === undefined ? { InstanceId: instanceId } : { LifecycleActionToken: token }),
  };
}

async function unlessOver(call: () => Promise<unknown>): Promise<ActionState> {
  try {
    await call();
    return "active";
  } catch (error) {
    if (isOver(error)) return "over";
    throw error;
  }
}

/**
 * Checks whether the action is already over. An error thrown for it would make Lambda retry for ever.
 * https://github.com/spacelift-io/terraform-aws-spacelift-workerpool-on-ec2/issues/197
 */
function isOver(error: unknown): boolean {
  const { message = "" } = error as Error;
  // The group, its hook or its instance may also have been deleted.
  return (
    nameOf(error) === "ValidationError" &&
    /No active Lifecycle Action|not found|does not exist|No Lifecycle Hook/i.test(message)
  );
}
