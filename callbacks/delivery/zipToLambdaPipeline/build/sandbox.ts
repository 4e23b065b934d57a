import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, realpathSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { BuildLimits } from "./limits";
import { watchMemory } from "./memory";
import { type Connect, startProxy } from "./proxy";
import { APP_FOLDER, PROXY_SOCKET, SANDBOX_SCRIPT } from "./sandboxScript";

export const deploymentOnlyModule = true;

/** How the commands of a build ended. */
export type Ran =
  | { readonly kind: "done" }
  /** A command ended with a code other than 0. */
  | { readonly kind: "failed"; readonly command: string; readonly code: number }
  | { readonly kind: "time" | "memory"; readonly command: string };

export interface SandboxOptions {
  readonly commands: readonly string[];
  readonly limits: BuildLimits;
  readonly connect: Connect;
  /** Receives the output of the commands. */
  onOutput(bytes: Buffer): void;
  /** Puts the files into the folder, before a command runs. */
  fill(folder: string): Promise<void>;
}

/** Name of the error for a sandbox that cannot be created on this computer. */
export const NO_SANDBOX = "NoSandbox";

const MEMORY_CHECK_MS = 100;
/** A shell's exit code for a command that SIGKILL has ended. */
const KILLED = 137;
const NAMESPACES = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"];
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Runs commands in a sandbox, and then passes on the folder: by then no process of the sandbox is left that could
 * change it. Its files are deleted after that, or when this process ends.
 */
export async function inSandbox<Result>(
  options: SandboxOptions,
  use: (folder: string, ran: Ran) => Promise<Result>,
): Promise<Result> {
  const sandbox = await start(options);
  try {
    const ran = await run(sandbox, options);
    return await use(`${sandbox.root}/${APP_FOLDER}`, ran);
  } finally {
    await sandbox.end();
  }
}

interface Sandbox {
  /** Path of its file system, which exists as long as this process keeps it open. */
  readonly root: string;
  /** Process id of its first process, as seen from outside of the sandbox. */
  readonly first: number;
  /** Process that waits for its first process. */
  readonly unshare: ChildProcess;
  readonly reports: AsyncIterableIterator<string>;
  /** Settles when all of its processes have ended. */
  readonly ended: Promise<void>;
  /** Error output of the sandbox's own commands. */
  problem(): string;
  end(): Promise<void>;
}

async function start({ commands, limits, onOutput }: SandboxOptions): Promise<Sandbox> {
  const numbers = [limits.diskBytes, limits.files, limits.memoryBytes, limits.processes];
  // Its input is a socket, so bash would read ~/.bashrc as in a remote shell.
  const script = ["bash", "--norc", "-c", SANDBOX_SCRIPT, "sandbox", ...numbers.map(String)];
  const unshare = spawn(
    "unshare",
    [...NAMESPACES, ...script, realpathSync(process.execPath), ...commands],
    // Without this process' own environment.
    { stdio: ["pipe", "pipe", "pipe", "pipe"], env: { PATH } },
  );
  let problem = "";
  const say = (text: string): void => void (problem = (problem + text).slice(0, 1000));
  const ended = new Promise<void>((resolve) => {
    unshare.once("close", () => resolve());
    unshare.once("error", ({ message }) => {
      say(message);
      resolve();
    });
  });
  const [stdin, stdout, stderr, words] = unshare.stdio as unknown as Streams;
  // It may end before it reads its input.
  stdin.on("error", () => undefined);
  stdout.on("data", onOutput);
  stderr.on("data", (bytes: Buffer) => say(String(bytes)));
  const reports = createInterface({ input: words })[Symbol.asyncIterator]();
  const ready: IteratorResult<string, unknown> = await reports.next();
  const first = ready.value === "ready" ? childOf(unshare) : undefined;
  const file = first && openRoot(first, say);
  if (!first || !file) {
    stdin.end();
    await ended;
    throw Object.assign(new Error(problem.trim() || "it does not come up"), { name: NO_SANDBOX });
  }
  return {
    root: `/proc/self/fd/${file}`,
    first,
    unshare,
    reports,
    ended,
    problem: () => problem.trim(),
    async end() {
      kill({ first, unshare });
      await ended;
      closeSync(file);
    },
  };
}

/** Opens the file system of a sandbox; returns undefined where this process has no access. */
function openRoot(first: number, complain: (text: string) => void): number | undefined {
  try {
    return openSync(`/proc/${first}/root/tmp`, "r");
  } catch (error) {
    complain((error as Error).message);
    return undefined;
  }
}

type Streams = [Writable, Readable, Readable, Readable];

async function run(sandbox: Sandbox, options: SandboxOptions): Promise<Ran> {
  const { commands, limits, connect, fill } = options;
  const { first, unshare, root, reports, ended } = sandbox;
  const proxy = await startProxy(`${root}/${PROXY_SOCKET}`, connect);
  let stopped: "time" | "memory" | undefined;
  const stop = (why: "time" | "memory"): void => {
    stopped ??= why;
    kill(sandbox);
  };
  const timers: NodeJS.Timeout[] = [];
  try {
    await fill(`${root}/${APP_FOLDER}`);
    timers.push(setTimeout(() => stop("time"), limits.seconds * 1000));
    const isOver = watchMemory(`/proc/${first}/root/tmp/proc`, limits.memoryBytes);
    timers.push(setInterval(() => isOver() && stop("memory"), MEMORY_CHECK_MS));
    unshare.stdin?.write("go\n");
    const codes: number[] = [];
    for await (const code of reports) codes.push(Number(code));
    await ended;
    return ranOf(commands, codes, stopped ?? endOf(sandbox));
  } finally {
    for (const timer of timers) clearInterval(timer);
    proxy.close();
  }
}

function ranOf(
  commands: readonly string[],
  codes: readonly number[],
  stopped: "time" | "memory" | undefined,
): Ran {
  const command = commands[Math.min(codes.length, commands.length - 1)] ?? "";
  if (stopped) return { kind: stopped, command };
  const failed = codes.findIndex((code) => code !== 0);
  if (failed !== -1)
    return { kind: "failed", command: commands[failed] ?? "", code: codes[failed] ?? 0 };
  return { kind: "done" };
}

/**
 * Returns how the sandbox ended: a process that the kernel has killed ran out of memory.
 *
 * @throws the sandbox's own error, if the sandbox itself failed.
 */
function endOf({ unshare, problem }: Sandbox): "memory" | undefined {
  if (unshare.exitCode === 0) return undefined;
  if (unshare.signalCode === "SIGKILL" || unshare.exitCode === KILLED) return "memory";
  throw new Error(`the sandbox of a build ended: ${problem()}`);
}

/** Returns the only child of a process; undefined when it has ended. */
function childOf({ pid, exitCode, signalCode }: ChildProcess): number | undefined {
  if (pid === undefined || exitCode !== null || signalCode !== null) return undefined;
  const [child = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return child === "" ? undefined : Number(child);
}

/** Kills the first process, and so all others. After its end, another process may have its id. */
function kill({ first, unshare }: Pick<Sandbox, "first" | "unshare">): void {
  if (childOf(unshare) === first) process.kill(first, "SIGKILL");
}
