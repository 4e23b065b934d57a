import type { InterfaceSpec } from "./model";

export const deploymentOnlyModule = true;

/** Path prefix of the parameters by which the command `status` finds hooks: `<this>/<project>/<stack>/<name>`. */
export const HOOK_RECORDS = "/eni-hooks";

/** What the command needs to know about a hook. */
export interface HookRecord {
  readonly hookId: string;
  readonly launchHook: string;
  readonly functionName: string;
  readonly interfaces: readonly InterfaceSpec[];
}
