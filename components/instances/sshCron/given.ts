import type { SshCronArgs, SshKey, SshTarget } from "./args";

export function targetsOf({ targets }: SshCronArgs): SshTarget[] {
  return Array.isArray(targets) ? targets : [targets];
}

/** Returns the keys of the program; undefined if the component creates its own. */
export function keysOf({ key }: SshCronArgs): SshKey[] | undefined {
  return key === undefined ? undefined : [key].flat();
}
