import type { SshCronArgs, SshKey, SshTarget } from "./args";

export function targetsOf({ targets }: SshCronArgs): SshTarget[] {
  return Array.isArray(targets) ? targets : [targets];
}

/** The keys of the program; undefined when the component makes its own. */
export function keysOf({ key }: SshCronArgs): SshKey[] | undefined {
  return key === undefined ? undefined : [key].flat();
}
