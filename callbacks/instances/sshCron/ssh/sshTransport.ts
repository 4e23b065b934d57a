import type { RunEnd, SshHost } from "../model";
import type { ReadKeys } from "../readKeys";
import type { JobRun } from "../runJob";
import { pinsFor, type SshCronSettings } from "../settings";
import type { RunStore } from "../store/runStore";
import type { Transport } from "../transport";
import { visible } from "../visible";
import type { Destination } from "./connect";
import { pinOf } from "./hostKeys";

export const deploymentOnlyModule = true;

export interface SshPorts {
  readonly settings: SshCronSettings;
  readonly store: Pick<RunStore, "pins" | "rememberPins">;
  /** Ids of the jump hosts that are instances, in the order of the settings; null for the others. */
  readonly jumpInstances?: readonly (string | null)[];
  readKeys(host: SshHost, user: string): Promise<ReadKeys>;
  runJob(run: JobRun): Promise<RunEnd>;
}

/** Creates the transport for hosts that are reached by SSH. */
export function sshTransport(ports: SshPorts): Transport {
  const { settings, store, readKeys, runJob } = ports;
  const { user, trustOnFirstUse: trustFirst } = settings;
  return {
    async reach({ host }) {
      const { address, port } = host;
      if (address === "" || port === 0)
        return { state: "unreachable", reason: "the instance has no such address or port" };
      const given = pinsFor(settings, host);
      const pins = given.length > 0 ? given : await store.pins(host.id);
      const keys = await readKeys(host, user);
      if ("problem" in keys) return { state: "keyInvalid", reason: visible(keys.problem, 500) };
      const { privateKeys } = keys;
      const jumpHosts = await jumpDestinations(ports);
      if ("state" in jumpHosts) return jumpHosts;
      const destination = { address, port, user, pins, privateKeys, trustFirst };
      return (work) =>
        runJob({
          ...work,
          destination,
          jumpHosts,
          remember: (key) => store.rememberPins(host.id, [pinOf(key)], "first use", work.now()),
        });
    },
  };
}

/** Each jump host gets separate keys: a temporary key is valid for one host. */
async function jumpDestinations({
  settings,
  jumpInstances = [],
  readKeys,
}: SshPorts): Promise<JobRun["jumpHosts"] | RunEnd> {
  const found: Destination[] = [];
  for (const [index, { host, ...login }] of settings.jumpHosts.entries()) {
    const id = jumpInstances[index];
    const machine = {
      ...(id ? { id, kind: "instance" as const } : { id: host, kind: "static" as const }),
      ...{ name: host, address: host, port: login.port, tags: {} },
    };
    const keys = await readKeys(machine, login.user);
    if ("problem" in keys)
      return { state: "keyInvalid", reason: visible(`jump host ${host}: ${keys.problem}`, 500) };
    found.push({ address: host, ...login, privateKeys: keys.privateKeys });
  }
  return found;
}
