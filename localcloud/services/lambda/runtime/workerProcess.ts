import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";

/** Settings that a worker process starts with. */
export interface WorkerSettings {
  /** The program that loads the handler, with its arguments. */
  readonly program: readonly string[];
  readonly taskRoot: string;
  /** The complete environment of the process; no other variables are added. */
  readonly variables: Readonly<Record<string, string>>;
  /** Megabytes. */
  readonly memorySize: number;
  /** Maximum size in megabytes of each file that the process writes. Infinity: no limit. */
  readonly ephemeralStorage: number;
}

/**
 * Shell that stands between the cloud and the worker. Code that inspects the worker's parent process finds only the
 * worker's own environment, and code that kills the parent ends only the worker. The shell disables core files and
 * prints nothing about signals. http/clientProcess.ts recognizes all processes that the worker starts by their limit
 * of file sizes. `ulimit -f` counts blocks of 512 bytes:
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ulimit.html
 */
const PARENT =
  'unset PWD OLDPWD SHLVL; ulimit -c 0; ulimit -f "$1"; shift; exec 9>&2 2>/dev/null; (exec "$@" 2>&9 9>&-); exit $?';

const BLOCKS_PER_MB = 2048;

/** A child process in its own process group, with the streams to and from it. */
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
  child.on("error", () => undefined); // the spawn failed; handled with the exit
  // "pipe" in `stdio` makes these descriptors streams.
  const requests = child.stdio[4] as Writable;
  requests.on("error", () => undefined); // the process ended; its exit is handled elsewhere
  return { child, frames: child.stdio[3] as Readable, requests };
}

/** Kills the process and all others in its group. */
export function killGroup({ child }: WorkerProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === "win32") child.kill("SIGKILL");
  else signal(-child.pid, "SIGKILL");
}

/** Milliseconds that the parent may take to notice that Node has ended. */
const NOTICE_MS = 500;

/**
 * Kills Node first, so that its parent can reap it: a container may have no init process that does. Then ends the
 * rest of the group: when the parent exits, or after NOTICE_MS.
 */
export function killWorker(worker: WorkerProcess, nodePid: number | undefined): void {
  const { child } = worker;
  if (nodePid === undefined || child.pid === undefined) return killGroup(worker);
  signal(nodePid, "SIGKILL");
  signal(child.pid, "SIGCONT"); // the handler may have stopped the parent
  const timer = setTimeout(() => killGroup(worker), NOTICE_MS).unref();
  child.once("exit", () => clearTimeout(timer));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // The process has already ended.
  }
}

/** A shell reports a child's death by a signal as 128 plus the signal's number. */
const SIGNAL_CODE = 128;

/**
 * Returns how the worker ended, derived from how its parent ended.
 *
 * @param announced exit code that the worker announced before it ended by itself.
 */
export function exitOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  announced: number | undefined,
): { code: number | null; signal: NodeJS.Signals | null } {
  if (code === null || code <= SIGNAL_CODE || code === announced) return { code, signal };
  const named = Object.entries(constants.signals).find(([, n]) => n === code - SIGNAL_CODE);
  return named ? { code: null, signal: named[0] as NodeJS.Signals } : { code, signal };
}
