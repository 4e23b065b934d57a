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
 * Runs the command with this process's input and output. Resolves with its exit code; 127 if there is no such command,
 * 128 + n if signal n ended it. The command gets each signal once: the Pulumi CLI treats a second one as "stop at
 * once", and then leaves pending operations. https://www.pulumi.com/docs/iac/cli/commands/pulumi_cancel/
 */
export function runCommand(
  { run, environment, cwd }: CommandToRun,
  stopped: Stop,
): Promise<number> {
  const [file, ...args] = run;
  // On a terminal the command stays in this process group, so that it may read from the terminal and Ctrl-C reaches
  // both processes. Without a terminal it gets a new group: only this process can tell whether a signal was for one or
  // for all.
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
    // A second signal ends this process at once: then the command must not keep running.
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

/** Milliseconds that the witness process may take to end after Ctrl-C. */
const WITNESS_MS = 300;

/**
 * Detects Ctrl-C. It reaches every process of the terminal's group, `kill -INT` only this one, and nothing
 * distinguishes them, so a child process that does nothing serves as a witness: Ctrl-C ends it.
 */
function watchForCtrlC(): { sawIt(): Promise<boolean>; end(): void } {
  // It reads until this process ends.
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
