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
  /** A command ended with another code than 0. */
  | { readonly kind: "failed"; readonly command: string; readonly code: number }
  | { readonly kind: "time" | "memory"; readonly command: string };

export interface SandboxOptions {
  readonly commands: readonly string[];
  readonly limits: BuildLimits;
  readonly connect: Connect;
  /** Told of what the commands print. */
  onOutput(bytes: Buffer): void;
  /** Brings the files into the folder, before a command runs. */
  fill(folder: string): Promise<void>;
}

/** The error of a sandbox that cannot be made on this computer. */
export const NO_SANDBOX = "NoSandbox";

const MEMORY_CHECK_MS = 100;
/** Exit code of a shell for what SIGKILL has ended. */
const KILLED = 137;
const NAMESPACES = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"];
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Runs commands in a sandbox, and then hands on the folder: by then no process of the sandbox is left, so that nothing
 * changes it any more. Its files are gone once that is done, or this process has ended.
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
  /** Of its file system, which is there as long as this process holds it. */
  readonly root: string;
  /** Number of its first process, as this computer counts. */
  readonly first: number;
  /** What waits for its first process. */
  readonly unshare: ChildProcess;
  readonly said: AsyncIterableIterator<string>;
  /** Settles when all of its processes have ended. */
  readonly ended: Promise<void>;
  /** What its own commands have complained of. */
  problem(): string;
  end(): Promise<void>;
}

async function start({ commands, limits, onOutput }: SandboxOptions): Promise<Sandbox> {
  const numbers = [limits.diskBytes, limits.files, limits.memoryBytes, limits.processes];
  // Its input is a socket, and bash would read ~/.bashrc for a daemon of remote shells.
  const script = ["bash", "--norc", "-c", SANDBOX_SCRIPT, "sandbox", ...numbers.map(String)];
  const unshare = spawn(
    "unshare",
    [...NAMESPACES, ...script, realpathSync(process.execPath), ...commands],
    // Nothing of this process' own environment.
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
  // It may end before it is told something.
  stdin.on("error", () => undefined);
  stdout.on("data", onOutput);
  stderr.on("data", (bytes: Buffer) => say(String(bytes)));
  const said = createInterface({ input: words })[Symbol.asyncIterator]();
  const ready: IteratorResult<string, unknown> = await said.next();
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
    said,
    ended,
    problem: () => problem.trim(),
    async end() {
      kill({ first, unshare });
      await ended;
      closeSync(file);
    },
  };
}

/** The file system of a sandbox; undefined where this process may not look into it. */
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
  const { first, unshare, root, said, ended } = sandbox;
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
    for await (const code of said) codes.push(Number(code));
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
 * What the kernel has ended ran out of memory.
 *
 * @throws what the sandbox itself says, where it is that which failed.
 */
function endOf({ unshare, problem }: Sandbox): "memory" | undefined {
  if (unshare.exitCode === 0) return undefined;
  if (unshare.signalCode === "SIGKILL" || unshare.exitCode === KILLED) return "memory";
  throw new Error(`the sandbox of a build ended: ${problem()}`);
}

/** The one process that another one has started; undefined where it has ended. */
function childOf({ pid, exitCode, signalCode }: ChildProcess): number | undefined {
  if (pid === undefined || exitCode !== null || signalCode !== null) return undefined;
  const [child = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return child === "" ? undefined : Number(child);
}

/** Ends the first process, and so all others. Once it has ended, its number may be another's. */
function kill({ first, unshare }: Pick<Sandbox, "first" | "unshare">): void {
  if (childOf(unshare) === first) process.kill(first, "SIGKILL");
}
