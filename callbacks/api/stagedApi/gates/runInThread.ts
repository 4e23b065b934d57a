import { readFileSync } from "node:fs";
import { url as inspectorUrl } from "node:inspector";
import { setFlagsFromString } from "node:v8";
import { MessageChannel, Worker } from "node:worker_threads";
import { messageOf } from "../../../thrown";
import { checkFailure, type Checks, runChecks } from "./checks";
import type { ThreadMessage, ThreadTask } from "./checkThread";

export const deploymentOnlyModule = true;

/** Milliseconds between two looks at the thread. */
const LOOK = 5;
/** Milliseconds that the thread has to report a late check itself, before it is ended. */
const GRACE = 1000;
/** Milliseconds in which a thread ends that does not wait for a child process, as `execSync` does. */
const END = 500;
/** Shares of the function's memory: for the heaps of both threads, and for everything. */
const HEAP_SHARE = 0.9;
const MEMORY_SHARE = 0.95;
const MIB = 2 ** 20;
/** https://docs.kernel.org/filesystems/proc.html (statm counts pages) */
const PAGE = 4096;

/** The checks of a function, and what they judge. */
export interface ThreadedChecks<Subject, Tools> extends Omit<
  ThreadTask<Subject>,
  "begun" | "logged" | "port"
> {
  readonly checks: Checks<Tools>;
  readonly toolsOf: (subject: Subject) => Tools;
}

/**
 * Runs the function's checks in a thread of their own. Lambda ends a function that computes endlessly or runs out of
 * memory, with an error that cannot name the check; a thread can be ended by this code, which knows what it runs.
 *
 * @param remaining milliseconds until the function has to do something else.
 * @throws Error that names the check that failed.
 */
export async function runInThread<Subject, Tools>(
  { checks, toolsOf, ...task }: ThreadedChecks<Subject, Tools>,
  remaining: () => number,
): Promise<void> {
  const { checksOf: kind, subject, milliseconds } = task;
  // A debugger that is attached to the function stops in its main thread, as long as it likes.
  if (inspectorUrl() !== undefined) return runChecks(kind, checks, toolsOf(subject), remaining);
  const memory = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  const begun = createCounter();
  const logged = createCounter();
  const { port1, port2 } = new MessageChannel();
  const worker = startThread({ ...task, begun, logged, port: port2 }, memory);
  const names = Object.keys(checks);
  let looks: NodeJS.Timeout | undefined;
  const failure = await new Promise<string | undefined>((resolve) => {
    const fail = (problem: string): void => {
      const check = names[Atomics.load(begun, 0) - 1];
      const which = check === undefined ? `${kind}, before its first check,` : `${kind} '${check}'`;
      resolve(`${which} failed: ${problem}`);
    };
    port1.on("message", (message: ThreadMessage) => {
      if (message.is === "over") return resolve(message.failure);
      if (message.is === "uncaught") return fail(message.problem);
      console[message.level](...message.values);
      Atomics.add(logged, 0, 1);
      Atomics.notify(logged, 0);
    });
    worker.on("error", (error) => fail(isOutOfMemory(error) ? tooMuch(memory) : messageOf(error)));
    worker.on("exit", (code) => fail(ended(code)));
    let end = Infinity;
    looks = setInterval(() => {
      if (usedMemory() > memory * MEMORY_SHARE) fail(tooMuch(memory));
      if (end === Infinity && Atomics.load(begun, 0) > 0)
        end = performance.now() + milliseconds + GRACE;
      if (performance.now() > end || remaining() < 0) fail(tooLong(milliseconds));
    }, LOOK);
  });
  clearInterval(looks);
  port1.close();
  await endThread(worker);
  if (failure !== undefined) throw checkFailure(failure);
}

/** Starts the thread with the function's own code, whose factory serves the checks there. */
function startThread(workerData: ThreadTask<unknown>, memory: number): Worker {
  const heap = Math.floor(Math.max(memory / 4, memory * HEAP_SHARE - usedMemory()));
  // Lambda starts Node.js with this flag, which overrides a thread's own limit:
  // https://nodejs.org/api/worker_threads.html#new-workerfilename-options (maxOldGenerationSizeMb)
  setFlagsFromString(`--max-old-space-size=${heap}`);
  return new Worker(ownFile(), {
    workerData,
    transferList: [workerData.port],
    resourceLimits: { maxOldGenerationSizeMb: heap },
  });
}

/** Ends the thread, and does not wait for what it still waits for: the function's own time would be over before. */
async function endThread(worker: Worker): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, END)));
  await Promise.race([worker.terminate(), late]);
  clearTimeout(timer);
  worker.unref();
}

function createCounter(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function ownFile(): string {
  const { LAMBDA_TASK_ROOT = "", _HANDLER = "" } = process.env;
  return `${LAMBDA_TASK_ROOT}/${_HANDLER.replace(/\.[^.]*$/, "")}.js`;
}

/** Returns the megabytes of this process that are its own, with buffers; 0 on a system without /proc. */
function usedMemory(): number {
  try {
    const [, resident = 0, shared = 0] = readFileSync("/proc/self/statm", "utf8")
      .split(" ")
      .map(Number);
    return ((resident - shared) * PAGE) / MIB;
  } catch {
    return 0;
  }
}

/** Any value can be thrown where the function's code is loaded. */
function isOutOfMemory(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === "ERR_WORKER_OUT_OF_MEMORY";
}

/** Node.js ends a thread, also with code 0, when nothing is left that it could wait for. */
function ended(code: number): string {
  return code === 0
    ? "it left nothing to wait for, or called process.exit(0)"
    : `it called process.exit(${code})`;
}

function tooMuch(memory: number): string {
  return `it used up the function's ${memory} MB of memory; raise memorySize, or let the check keep less`;
}

/** The thread reports a check that only waits. */
function tooLong(milliseconds: number): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  return `it did not end within ${seconds} seconds, and never paused: look for an endless loop, or for a synchronous call such as execSync`;
}
