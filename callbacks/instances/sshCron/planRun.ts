import type { SshHost } from "./model";
import { commandsFor, pinsFor, type SshCronFunctions, type SshCronSettings } from "./settings";
import type { RunStore } from "./store/runStore";
import type { Triggered } from "./trigger";

export const deploymentOnlyModule = true;

/** What a run would do, for people. */
export async function planRun(
  hosts: readonly SshHost[],
  settings: SshCronSettings,
  functions: SshCronFunctions,
  store: RunStore,
): Promise<Triggered["hosts"]> {
  const planned: Triggered["hosts"][number][] = [];
  for (const host of hosts) {
    const { id, name, address, port } = host;
    const given = pinsFor(settings, host);
    const pins = given.length > 0 ? given : await store.pins(id);
    const known = settings.transport === "ssm" ? {} : { pins };
    const script = settings.script ? [`script ${settings.script.sha256}`] : [];
    const commands = [...commandsFor(settings, functions, host), ...script];
    planned.push({ id, name, address, port, commands, ...known });
  }
  return planned;
}
