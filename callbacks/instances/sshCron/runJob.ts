import type { Client } from "ssh2";
import { startInBackground } from "./background";
import { commandLine, type CommandSettings } from "./commandLine";
import type { RunEnd } from "./model";
import { connect, type ConnectLimits, type Destination } from "./ssh/connect";
import { execute, type Executed } from "./ssh/execute";
import { fingerprintOf } from "./ssh/hostKeys";
import { visible } from "./visible";

export const deploymentOnlyModule = true;

/** What is run on one host. */
export interface Job extends CommandSettings {
  /** In order, until one fails. */
  readonly commands: readonly string[];
  /** Read by a shell from its standard input, after the commands. */
  readonly script?: { readonly text: string; readonly sha256: string };
  readonly successExitCodes: readonly number[];
  readonly pty?: boolean;
  /** Starts it all, and does not wait. */
  readonly background?: { readonly folder: string };
}

/** Milliseconds. */
export interface JobLimits extends ConnectLimits {
  /** For each command. */
  readonly command: number;
  /** When everything is to be over, since the epoch. */
  readonly until: number;
}

export interface JobRun {
  readonly destination: Destination;
  /** To go through, in order. */
  readonly jumpHosts: readonly Destination[];
  readonly job: Job;
  readonly limits: JobLimits;
  /** Times that a host is called that cannot be reached. */
  readonly attempts: number;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** What commands print. */
  hear(chunk: Uint8Array): void;
  /** Lines of our own, for the log. */
  note(line: string): void;
  /** The key that a host has shown that was not known; it is remembered before anything is run. */
  remember?(hostKey: Buffer): Promise<void>;
}

/** Runs a job on one host. Nothing is tried again once a command may have reached the host. */
export async function runJob(run: JobRun): Promise<RunEnd> {
  const opened: Client[] = [];
  try {
    for (let attempt = 1; ; attempt += 1) {
      const connected = await connectAll(run, opened);
      if (!("state" in connected)) return await runCommands(run, connected);
      const again = connected.state === "unreachable" && attempt < run.attempts;
      const wait = 1000 * 2 ** (attempt - 1);
      if (!again || run.now() + wait >= run.limits.until) return connected;
      run.note(`try ${attempt}: ${connected.reason}`);
      await run.sleep(wait);
    }
  } finally {
    for (const client of opened.reverse()) client.destroy();
  }
}

interface Reached {
  readonly client: Client;
  readonly hostKey: string;
}

async function connectAll(
  { destination, jumpHosts, limits, now, remember }: JobRun,
  opened: Client[],
): Promise<Reached | RunEnd> {
  let via: Client | undefined;
  for (const hop of [...jumpHosts, destination]) {
    const left = Math.max(1, limits.until - now());
    const within = {
      connect: Math.min(limits.connect, left),
      ready: Math.min(limits.ready, left),
    };
    const connected = await connect(hop, within, via);
    if ("state" in connected) {
      if (hop === destination) return connected;
      return { ...connected, reason: `jump host ${connected.reason}` };
    }
    opened.push(connected.client);
    via = connected.client;
    if (hop !== destination) continue;
    const isFirst = hop.pins.length === 0;
    if (isFirst) await remember?.(connected.hostKey);
    const trust = isFirst ? "first use, trusted unseen" : "verified";
    return { client: via, hostKey: `${fingerprintOf(connected.hostKey)} (${trust})` };
  }
  throw new Error("the destination is the last hop");
}

async function runCommands(run: JobRun, { client, hostKey }: Reached): Promise<RunEnd> {
  const { job, limits } = run;
  const steps = job.background
    ? [
        {
          title: "in the background",
          line: startInBackground(job, job.background.folder),
          stdin: "",
        },
      ]
    : stepsOf(job);
  const script = job.script ? { script: job.script.sha256 } : {};
  for (const { title, line, stdin } of steps) {
    run.note(`$ ${title}`);
    const milliseconds = Math.max(1, Math.min(limits.command, limits.until - run.now()));
    const { pty } = job;
    const executed = await execute(client, line, { milliseconds, pty, stdin, hear: run.hear });
    const end = endOf(executed, title, milliseconds, job.successExitCodes);
    if (end) return { ...end, ...script, hostKey };
  }
  if (job.background) return { state: "started", ...script, hostKey };
  return { state: "ok", exit: 0, ...script, hostKey };
}

interface Step {
  /** For people. */
  readonly title: string;
  readonly line: string;
  readonly stdin: string;
}

function stepsOf(job: Job): Step[] {
  const steps = job.commands.map((command) => ({
    title: visible(command),
    line: commandLine(command, job),
    stdin: "",
  }));
  const { script } = job;
  if (!script) return steps;
  const title = `script ${script.sha256.slice(0, 12)}`;
  return [...steps, { title, line: commandLine("exec /bin/sh -s", job), stdin: script.text }];
}

/** What a command's end means; undefined when the next one may begin. */
function endOf(
  executed: Executed,
  title: string,
  milliseconds: number,
  successExitCodes: readonly number[],
): RunEnd | undefined {
  switch (executed.kind) {
    case "exit": {
      const { exit } = executed;
      if (successExitCodes.includes(exit)) return undefined;
      return { state: "failed", exit, reason: `exit ${exit}: ${title}` };
    }
    case "signal": {
      const signal = visible(executed.signal, 20);
      return { state: "signal", signal, reason: `ended by ${signal}: ${title}` };
    }
    case "timeout": {
      const seconds = `${Math.round(milliseconds / 100) / 10} s`;
      const reason =
        executed.exit === undefined
          ? `not done within ${seconds}: ${title}`
          : `exit ${executed.exit}, but a child kept its output open for ${seconds}: ${title}`;
      return { state: "timeout", reason };
    }
    case "disconnected":
      return { state: "disconnected", reason: `${executed.reason}: ${title}` };
    case "refused":
      return { state: "failed", reason: visible(`the host runs no commands: ${executed.reason}`) };
  }
}
