import { startInBackground } from "./background";
import { commandLine, type CommandSettings } from "./commandLine";
import type { RunEnd } from "./model";
import { visible } from "./visible";

export const deploymentOnlyModule = true;

/** The work on one host. */
export interface Job extends CommandSettings {
  /** Run in order, until one fails. */
  readonly commands: readonly string[];
  /** A shell reads it from standard input, after the commands. */
  readonly script?: { readonly text: string; readonly sha256: string };
  readonly successExitCodes: readonly number[];
  readonly pty?: boolean;
  /** Starts everything in the background, without waiting. */
  readonly background?: { readonly folder: string };
}

/** Time limits of a job, in milliseconds. */
export interface JobLimits {
  /** For the TCP connection. */
  readonly connect: number;
  /** For the handshake and the login. */
  readonly ready: number;
  /** For each command, which must end within this time. */
  readonly command: number;
  /** When the whole job must be over, in milliseconds since the epoch. */
  readonly until: number;
}

/** A job on one host, whatever the transport. */
export interface Work {
  readonly job: Job;
  readonly limits: JobLimits;
  /** How often an unreachable host is tried. */
  readonly attempts: number;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Receives the output of commands. */
  hear(chunk: Uint8Array): void;
  /** Writes a line of the cron itself to the log. */
  note(line: string): void;
}

/** How one command ended. */
export type Executed =
  | { readonly kind: "exit"; readonly exit: number }
  | { readonly kind: "signal"; readonly signal: string }
  /** `exit` is set when the command itself had ended, and a child of it kept its output open. */
  | { readonly kind: "timeout"; readonly exit?: number }
  /** The command may have continued. */
  | { readonly kind: "disconnected"; readonly reason: string }
  /** The command was not run. */
  | {
      readonly kind: "refused";
      readonly state: "failed" | "unreachable" | "authFailed";
      readonly reason: string;
    };

export interface ExecuteOptions {
  readonly milliseconds: number;
  readonly pty?: boolean;
  /** Standard input of the command. Default: empty. */
  readonly stdin?: string;
  hear(chunk: Uint8Array): void;
}

/** Runs one command on a host, until its end or its timeout. */
export type Shell = (line: string, options: ExecuteOptions) => Promise<Executed>;

/** Runs the commands of a job in order, until one fails. */
export async function runCommands(
  { job, limits, now, note, hear }: Work,
  execute: Shell,
): Promise<RunEnd> {
  const script = job.script ? { script: job.script.sha256 } : {};
  for (const [index, { title, line, stdin }] of stepsOf(job).entries()) {
    note(`$ ${title}`);
    const milliseconds = Math.max(1, Math.min(limits.command, limits.until - now()));
    const executed = await execute(line, { milliseconds, pty: job.pty, stdin, hear });
    const end = endOf(executed, title, milliseconds, job.successExitCodes);
    if (!end) continue;
    // The commands before it did reach the host.
    const state = end.state === "unreachable" && index > 0 ? "disconnected" : end.state;
    return { ...end, state, ...script };
  }
  if (job.background) return { state: "started", ...script };
  return { state: "ok", exit: 0, ...script };
}

interface Step {
  /** Name in messages for people. */
  readonly title: string;
  readonly line: string;
  readonly stdin: string;
}

function stepsOf(job: Job): Step[] {
  if (job.background) {
    const line = startInBackground(job, job.background.folder);
    return [{ title: "in the background", line, stdin: "" }];
  }
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

/** Returns the end of the run after a command; undefined when the next command may begin. */
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
      return { state: "disconnected", reason: `${visible(executed.reason)}: ${title}` };
    case "refused":
      return { state: executed.state, reason: visible(executed.reason) };
  }
}
