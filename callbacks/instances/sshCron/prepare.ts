import { createHash } from "node:crypto";
import { backgroundFolder } from "./background";
import type { Job } from "./job";
import type { RunEnd } from "./model";
import {
  commandsFor,
  type RunMessage,
  type SshCronFunctions,
  type SshCronSettings,
} from "./settings";
import type { RunStore } from "./store/runStore";
import type { RunOnHost, Transport } from "./transport";
import { messageOf } from "../../thrown";
import { visible } from "./visible";

export const deploymentOnlyModule = true;

/** A script in a bucket. */
export interface ScriptObject {
  readonly title: string;
  /** Expected hash; undefined when the newest version is wanted. */
  readonly sha256?: string;
  read(): Promise<string>;
}

/** What a worker needs from outside. */
export interface RunPorts {
  readonly settings: SshCronSettings;
  readonly functions: SshCronFunctions;
  readonly store: RunStore;
  readonly script?: ScriptObject;
  readonly transport: Transport;
  /** @returns the key of the log's object */
  writeLog(message: RunMessage, contents: Buffer): Promise<string>;
  print(line: string): void;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export type Prepared = { readonly job: Job; readonly runOnHost: RunOnHost } | RunEnd;

/** Does everything that is needed and has no effect on the host. */
export async function prepare(message: RunMessage, ports: RunPorts): Promise<Prepared> {
  const { settings, functions } = ports;
  let commands: readonly string[];
  try {
    commands = commandsFor(settings, functions, message.host);
  } catch (error) {
    return { state: "failed", reason: visible(messageOf(error)) };
  }
  const script = await readScript(ports);
  if (script && "state" in script) return script;
  const runOnHost = await ports.transport.reach(message);
  if (typeof runOnHost === "object") return runOnHost;
  const { environment, cwd, sudo, pty, successExitCodes } = settings;
  const folder = backgroundFolder(settings.name, message.occurrence);
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
  return { job, runOnHost };
}

async function readScript({ settings, script }: RunPorts): Promise<Job["script"] | RunEnd> {
  if (!script) return settings.script;
  const text = await script.read();
  const sha256 = createHash("sha256").update(text).digest("hex");
  if (script.sha256 === undefined || script.sha256 === sha256) return { text, sha256 };
  const reason = `${script.title} has the SHA-256 ${sha256}, not the one that is asked for`;
  return { state: "failed", reason: visible(reason) };
}
