import type { InstanceAction } from "../../../callbacks/instances/lifecycleAction/actionHandler";
import type { CallbackOptions } from "../../function/callbackOptions";
import type { Statement } from "../../iam/statement";
import type { LifecycleHookArgs } from "../lifecycleHooks/args";

export interface LifecycleActionArgs
  extends LifecycleHookArgs, Pick<CallbackOptions, "environment" | "vpc"> {
  /**
   * The action for each instance, inline. Nothing or `"continue"` lets the instance continue; `"abandon"`, `{ result:
   * "abandon", reason }` or an error abandons it.
   */
  action: InstanceAction;
  /** When it runs: `launch` (before instances enter service), `terminate` (before they end) or `both`. Default `launch`. */
  on?: "launch" | "terminate" | "both";
  /** `{ actions, resources, conditions?, effect?, sid? }[]`, all AWS permissions of the action. Default: none. */
  permissions?: Statement[];
  /** Whether the action waits until a launching instance is running. Default true. */
  waitForRunning?: boolean;
}
