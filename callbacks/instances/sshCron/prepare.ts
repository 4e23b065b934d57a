import { createHash } from "node:crypto";
import { backgroundFolder } from "./background";
import type { RunEnd, SshHost } from "./model";
import type { ReadKeys } from "./readKeys";
import type { Job, JobRun } from "./runJob";
import {
  commandsFor,
  pinsFor,
  type RunMessage,
  type SshCronFunctions,
  type SshCronSettings,
} from "./settings";
import type { Destination } from "./ssh/connect";
import type { RunStore } from "./store/runStore";
import { visible } from "./visible";

export const deploymentOnlyModule = true;

/** A script that lies in a bucket. */
export interface ScriptObject {
  readonly title: string;
  /** What it is to be; undefined when the newest is meant. */
  readonly sha256?: string;
  read(): Promise<string>;
}

/** What a worker stands on. */
export interface RunPorts {
  readonly settings: SshCronSettings;
  readonly functions: SshCronFunctions;
  readonly store: RunStore;
  readonly script?: ScriptObject;
  /** Ids of the jump hosts that are instances, in the order of the settings. */
  readonly jumpInstances?: readonly (string | null)[];
  readKeys(host: SshHost, user: string): Promise<ReadKeys>;
  runJob(run: JobRun): Promise<RunEnd>;
  /** @returns the key of the log's object */
  writeLog(message: RunMessage, contents: Buffer): Promise<string>;
  print(line: string): void;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export type Prepared = Pick<JobRun, "destination" | "jumpHosts" | "job"> | RunEnd;

/** Everything that is needed and has no effect. */
export async function prepare(message: RunMessage, ports: RunPorts): Promise<Prepared> {
  const { settings, functions, store } = ports;
  const { host, occurrence } = message;
  const { user, trustOnFirstUse } = settings;
  if (host.address === "" || host.port === 0)
    return { state: "unreachable", reason: "the instance has no such address or port" };
  let commands: readonly string[];
  try {
    commands = commandsFor(settings, functions, host);
  } catch (error) {
    return { state: "failed", reason: visible((error as Error).message) };
  }
  const script = await readScript(ports);
  if (script && "state" in script) return script;
  const given = pinsFor(settings, host);
  const pins = given.length > 0 ? given : await store.pins(host.id);
  const keys = await ports.readKeys(host, user);
  if ("problem" in keys) return { state: "keyInvalid", reason: visible(keys.problem, 500) };
  const { privateKeys } = keys;
  const jumpHosts = await jumpDestinations(ports);
  if ("state" in jumpHosts) return jumpHosts;
  const { address, port } = host;
  const { environment, cwd, sudo, pty, successExitCodes } = settings;
  const folder = backgroundFolder(settings.name, occurrence);
  const job: Job = {
    commands,
    environment,
    sudo,
    pty,
    successExitCodes,
    ...(cwd === undefined ? {} : { cwd }),
    ...(script ? { script } : {}),
    ...(settings.background ? { background: { folder } } : {}),
  };
  return {
    job,
    destination: { address, port, user, pins, privateKeys, trustFirst: trustOnFirstUse },
    jumpHosts,
  };
}

/** Each with keys of its own: one of the moment is let in to one machine. */
async function jumpDestinations({
  settings,
  jumpInstances = [],
  readKeys,
}: RunPorts): Promise<JobRun["jumpHosts"] | RunEnd> {
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

async function readScript({ settings, script }: RunPorts): Promise<Job["script"] | RunEnd> {
  if (!script) return settings.script;
  const text = await script.read();
  const sha256 = createHash("sha256").update(text).digest("hex");
  if (script.sha256 === undefined || script.sha256 === sha256) return { text, sha256 };
  const reason = `${script.title} has the SHA-256 ${sha256}, not the one that is asked for`;
  return { state: "failed", reason: visible(reason) };
}
