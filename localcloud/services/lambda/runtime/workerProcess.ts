import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";

/** What a worker process is started with. */
export interface WorkerSettings {
  /** The program that loads the handler, with its arguments. */
  readonly program: readonly string[];
  readonly taskRoot: string;
  /** The whole environment of the process; nothing of ours is added. */
  readonly variables: Readonly<Record<string, string>>;
  /** Megabytes. */
  readonly memorySize: number;
  /** Megabytes; no file that the process writes grows beyond it. Infinity: there is no limit. */
  readonly ephemeralStorage: number;
}

/**
 * Stands between the cloud and the worker: whoever looks at the worker's parent process finds the worker's
 * own environment, and whoever kills it ends the worker only. No core files; the shell itself is
 * silent about signals. By the limit of file sizes http/clientProcess.ts knows whatever the worker starts. `ulimit -f`
 * counts blocks of 512 bytes:
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ulimit.html
 */
const PARENT =
  'unset PWD OLDPWD SHLVL; ulimit -c 0; ulimit -f "$1"; shift; exec 9>&2 2>/dev/null; (exec "$@" 2>&9 9>&-); exit $?';

const BLOCKS_PER_MB = 2048;

/** A child process in a group of its own, with what is read from it and written to it. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** File descriptor 3: the frames. */
  readonly frames: Readable;
  /** File descriptor 4: the requests. */
  readonly requests: Writable;
}

export function startWorker(settings: WorkerSettings): WorkerProcess {
  const { program } = settings;
  const blocks = settings.ephemeralStorage * BLOCKS_PER_MB;
  const limit = blocks === Infinity ? "unlimited" : String(blocks);
  const [command, ...args] =
    process.platform === "win32" ? program : ["/bin/sh", "-c", PARENT, "sh", limit, ...program];
  const child = spawn(command, args, {
    cwd: settings.taskRoot,
    env: { ...settings.variables },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  child.on("error", () => undefined); // a failed spawn; handled where its exit is
  // What "pipe" above makes of the descriptors.
  const requests = child.stdio[4] as Writable;
  requests.on("error", () => undefined); // the process ended; its exit is handled elsewhere
  return { child, frames: child.stdio[3] as Readable, requests };
}

/** Kills the process with everything in its group. */
export function killGroup({ child }: WorkerProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === "win32") child.kill("SIGKILL");
  else signal(-child.pid, "SIGKILL");
}

/** How long the parent may take to notice that Node is gone. */
const NOTICE_MS = 500;

/**
 * Kills Node first, so that its parent is there to bury it: a container need not have an init process
 * that does. Its group follows when the parent ends, or does not.
 */
export function killWorker(worker: WorkerProcess, nodePid: number | undefined): void {
  const { child } = worker;
  if (nodePid === undefined || child.pid === undefined) return killGroup(worker);
  signal(nodePid, "SIGKILL");
  signal(child.pid, "SIGCONT"); // the handler may have stopped it
  const timer = setTimeout(() => killGroup(worker), NOTICE_MS).unref();
  child.once("exit", () => clearTimeout(timer));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}

/** A shell tells of a signal by 128 and its number. */
const SIGNAL_CODE = 128;

/**
 * How the worker ended, told from how its parent did.
 *
 * @param told the code that the worker announced before it ended by itself.
 */
export function exitOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  told: number | undefined,
): { code: number | null; signal: NodeJS.Signals | null } {
  if (code === null || code <= SIGNAL_CODE || code === told) return { code, signal };
  const named = Object.entries(constants.signals).find(([, n]) => n === code - SIGNAL_CODE);
  return named ? { code: null, signal: named[0] as NodeJS.Signals } : { code, signal };
}
