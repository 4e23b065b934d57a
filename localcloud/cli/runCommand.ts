import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Stop } from "./stopSignal";

export interface CommandToRun {
  readonly run: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** Default: the current folder. */
  readonly cwd?: string;
}

/**
 * Runs the command with our own input and output; 127 when there is no such command, 128 + n when signal n ended
 * it. The command hears each signal once: the Pulumi CLI takes a second one for "stop at once", and then leaves
 * operations pending. https://www.pulumi.com/docs/iac/cli/commands/pulumi_cancel/
 */
export function runCommand(
  { run, environment, cwd }: CommandToRun,
  stopped: Stop,
): Promise<number> {
  const [file, ...args] = run;
  // On a terminal the command stays in our process group, so that it may read from it, and Ctrl-C reaches both.
  // Without one it gets a group of its own: whether a signal was for one process or for all, only we hear it.
  const shared = process.stdin.isTTY;
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment };
    const child = spawn(file, args, { stdio: "inherit", env, cwd, detached: !shared });
    const send = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      if (shared) child.kill(signal);
      else signalGroup(child.pid, signal);
    };
    const killed = (): void => send("SIGKILL");
    // A second signal ends us at once: then the command must not stay behind.
    process.once("exit", killed);
    const witness = shared ? watchForCtrlC() : undefined;
    void stopped.promise.then(async (signal) => {
      if (signal === "SIGINT" && (await witness?.sawIt())) return;
      send(signal);
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      witness?.end();
      if (error.code !== "ENOENT" && error.code !== "EACCES") return reject(error);
      process.stderr.write(`localcloud: cannot run '${file}': ${error.message}\n`);
      return resolve(error.code === "ENOENT" ? 127 : 126);
    });
    child.once("close", (code, ended) => {
      process.off("exit", killed);
      witness?.end();
      resolve(code ?? 128 + (ended ? constants.signals[ended] : 0));
    });
  });
}

/** How long the witness may take to end after Ctrl-C. */
const WITNESS_MS = 300;

/**
 * Ctrl-C reaches every process of the terminal's group, `kill -INT` only us, and nothing tells which it was: a process
 * that does nothing but end by the signal does.
 */
function watchForCtrlC(): { sawIt(): Promise<boolean>; end(): void } {
  // It reads until we are gone.
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(true));
    child.once("exit", (_code, signal) => resolve(signal === "SIGINT"));
  });
  return {
    sawIt: () =>
      Promise.race([
        ended,
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), WITNESS_MS).unref()),
      ]),
    end: () => void child.kill("SIGKILL"),
  };
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
