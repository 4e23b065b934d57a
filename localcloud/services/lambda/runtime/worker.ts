import { fork, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { packageFile } from "../../../core/packageRoot";
import { LineReader } from "./lineReader";
import type { FunctionFailure } from "./failure";

/** What a worker process is started with. */
export interface WorkerSettings {
  readonly taskRoot: string;
  /** The whole environment of the process; nothing of ours is added. */
  readonly variables: Readonly<Record<string, string>>;
  /** Megabytes. */
  readonly memorySize: number;
}

/** One request as bootstrap.cjs understands it. */
export interface WorkerRequest {
  readonly requestId: string;
  readonly event: string;
  readonly invokedFunctionArn: string;
  readonly remainingMs: number;
  readonly clockOffsetMs: number;
  readonly clientContext?: unknown;
  readonly traceId?: string;
}

/** What the worker tells while a request runs: that it only waits for a timer, and that it goes on by itself. */
export type WorkerRest =
  { readonly type: "sleep"; readonly id: number; readonly ms: number } | { readonly type: "awake" };

/** How a start or a request ended. */
export type WorkerAnswer =
  | { readonly type: "ready"; readonly initMs: number }
  | { readonly type: "initError"; readonly error: FunctionFailure }
  | {
      readonly type: "result";
      readonly payload: string;
      readonly durationMs: number;
      readonly memory: number;
    }
  | {
      readonly type: "error";
      readonly error: FunctionFailure;
      readonly durationMs: number;
      readonly memory: number;
      /** The process ends by itself after this answer. */
      readonly fatal?: boolean;
    }
  | { readonly type: "exit"; readonly exit: WorkerExit };

/** A line of the function's log, or a piece of what it wrote to stdout or stderr itself. */
type LogMessage =
  { readonly type: "log"; readonly text: string } | { readonly type: "out"; readonly text: string };

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outOfMemory: boolean;
}

/** AWS's own share of the memory for V8's old space; the rest is for buffers and the runtime. */
const OLD_SPACE_SHARE = 0.9;

/** Pages of the Node.js binary and its libraries, which this computer counts and AWS hardly does. */
const SHARED_PAGES_MB = 64;

/** How often the memory of a running request is looked at. */
const MEMORY_CHECK_MS = 200;

/** Longest wait for output that is still in the pipe of a process that ended. */
const DRAIN_MS = 250;

/** A child process that runs `bootstrap.cjs`: one handler, one request at a time. */
export class Worker {
  /** Resolves when the process is gone. */
  readonly exited: Promise<WorkerExit>;
  private readonly child: ChildProcess;
  private waiting: ((answer: WorkerAnswer) => void) | undefined;
  private early: WorkerAnswer | undefined;
  private onRest: ((rest: WorkerRest) => void) | undefined;
  private outOfMemory = false;
  private errorTail = "";

  constructor(
    private readonly settings: WorkerSettings,
    private readonly onLine: (line: string) => void,
  ) {
    this.child = fork(packageFile("services/lambda/runtime/bootstrap.cjs"), [], {
      cwd: settings.taskRoot,
      env: { ...settings.variables },
      execArgv: [`--max-old-space-size=${Math.floor(settings.memorySize * OLD_SPACE_SHARE)}`],
      stdio: ["ignore", "pipe", "pipe", "pipe", "ipc"],
    });
    const output = this.child.stdio[3] as Readable;
    new LineReader(output, (line) => this.receive(line));
    if (this.child.stdout) new LineReader(this.child.stdout, onLine);
    if (this.child.stderr) new LineReader(this.child.stderr, (line) => this.receiveError(line));
    this.child.on("error", () => undefined); // a failed send or spawn is followed by exit
    this.exited = this.watch(output);
    void this.exited.then((exit) => this.answer({ type: "exit", exit }));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Resolves when the handler is loaded, or could not be. */
  started(): Promise<WorkerAnswer> {
    return this.nextAnswer();
  }

  run(request: WorkerRequest, onRest: (rest: WorkerRest) => void): Promise<WorkerAnswer> {
    this.onRest = onRest;
    const watch = setInterval(() => this.checkMemory(), MEMORY_CHECK_MS);
    const answer = this.nextAnswer().finally(() => clearInterval(watch));
    if (this.child.connected) this.child.send(request);
    return answer;
  }

  /** Ends a sleep that the worker has told of, as if its time had passed. */
  wake(id: number): void {
    if (this.child.connected) this.child.send({ type: "wake", id });
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  private nextAnswer(): Promise<WorkerAnswer> {
    const { early } = this;
    this.early = undefined;
    if (early) return Promise.resolve(early);
    return new Promise((resolve) => (this.waiting = resolve));
  }

  private answer(answer: WorkerAnswer): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) waiting(answer);
    else if (answer.type !== "result" && answer.type !== "error") this.early = answer;
  }

  private receive(line: string): void {
    // bootstrap.cjs, which ships with this file, is the only writer of this pipe.
    const message = JSON.parse(line) as WorkerAnswer | WorkerRest | LogMessage;
    if (message.type === "log") this.onLine(message.text);
    else if (message.type === "out") message.text.split("\n").filter(Boolean).forEach(this.onLine);
    else if (message.type === "sleep" || message.type === "awake") this.onRest?.(message);
    else this.answer(message);
  }

  private receiveError(line: string): void {
    this.errorTail = (this.errorTail + line).slice(-2000);
    this.onLine(line);
  }

  /** V8 limits only its heap; buffers and the rest are held to the function's memory here. */
  private checkMemory(): void {
    const limit = (this.settings.memorySize + SHARED_PAGES_MB) * 1024 * 1024;
    if (residentBytes(this.child.pid) <= limit) return;
    this.outOfMemory = true;
    this.kill();
  }

  private async watch(output: Readable): Promise<WorkerExit> {
    const drained = new Promise<void>((resolve) => output.once("close", resolve));
    const exit = await new Promise<WorkerExit>((resolve) => {
      const ended = (code: number | null, signal: NodeJS.Signals | null): void =>
        resolve({ code, signal, outOfMemory: false });
      this.child.once("exit", ended);
      this.child.once("error", () => this.child.pid === undefined && ended(1, null));
    });
    // Usually at once; a process that the handler started may hold the pipe open.
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    const heapExhausted =
      exit.signal === "SIGABRT" && this.errorTail.includes("heap out of memory");
    return { ...exit, outOfMemory: this.outOfMemory || heapExhausted };
  }
}

/** Resident memory of a process; 0 where the system has no /proc. */
function residentBytes(pid: number | undefined): number {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1];
    return Number(pages) * 4096;
  } catch {
    return 0;
  }
}
