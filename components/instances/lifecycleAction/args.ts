import type { InstanceAction } from "../../../callbacks/instances/lifecycleAction/actionHandler";
import type { CallbackOptions } from "../../function/callbackOptions";
import type { Statement } from "../../iam/iamPolicy";
import type { LifecycleHookArgs } from "../lifecycleHooks/args";

export interface LifecycleActionArgs
  extends LifecycleHookArgs, Pick<CallbackOptions, "environment" | "vpc"> {
  /** What is done with an instance, inline. Nothing or `"continue"` lets it go on; `"abandon"`, `{ result: "abandon", reason }` or an error abandons it. */
  action: InstanceAction;
  /** When: before instances enter service, before they end, or both. Default `launch`. */
  on?: "launch" | "terminate" | "both";
  /** `{ actions, resources, conditions?, effect?, sid? }[]`, everything that the action may do in AWS. Default: nothing. */
  permissions?: Statement[];
  /** Whether the action sees a launching instance only when it runs. Default true. */
  waitForRunning?: boolean;
}
