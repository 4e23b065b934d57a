import type { SshHost } from "./model";
import { commandsFor, pinsFor, type SshCronFunctions, type SshCronSettings } from "./settings";
import type { RunStore } from "./store/runStore";
import type { TriggeredHost } from "./trigger";

export const deploymentOnlyModule = true;

/** Describes what a run would do, for people. */
export async function planRun(
  hosts: readonly SshHost[],
  settings: SshCronSettings,
  functions: SshCronFunctions,
  store: RunStore,
): Promise<TriggeredHost[]> {
  const pinsOf = async (host: SshHost): Promise<Pick<TriggeredHost, "pins">> => {
    if (settings.transport === "ssm") return {};
    const given = pinsFor(settings, host);
    return { pins: given.length > 0 ? given : await store.pins(host.id) };
  };
  const planned: TriggeredHost[] = [];
  for (const host of hosts) {
    const script = settings.script ? [`script ${settings.script.sha256}`] : [];
    const commands = [...commandsFor(settings, functions, host), ...script];
    planned.push({ ...shownHost(host, settings), commands, ...(await pinsOf(host)) });
  }
  return planned;
}

/** Leaves out address and port where the transport does not use them. */
export function shownHost(
  { id, name, address, port }: SshHost,
  { transport }: Pick<SshCronSettings, "transport">,
): TriggeredHost {
  return transport === "ssm" ? { id, name } : { id, name, address, port };
}
