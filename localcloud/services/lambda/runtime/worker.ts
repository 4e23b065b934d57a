import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FunctionFailure } from "./failure";
import { failureOf, readFrame, type WorkerFrame, type WorkerRest } from "./frames";
import { LineReader } from "./lineReader";
import {
  exitOf,
  killGroup,
  killWorker,
  startWorker,
  type WorkerProcess,
  type WorkerSettings,
} from "./workerProcess";

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

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outOfMemory: boolean;
}

/** Pages of the Node.js binary and its libraries, which this computer counts and AWS hardly does. */
const SHARED_PAGES_MB = 64;

/** How often the memory of a running request is looked at. */
const MEMORY_CHECK_MS = 200;

/** Longest wait for output that is still in the pipe of a process that ended. */
const DRAIN_MS = 250;

/** Longest frame: a response of 6 MB in which every character has to be escaped. */
const MAX_FRAME_LENGTH = 16_777_216;

/** Longest line of stdout and stderr that is kept; CloudWatch Logs takes no longer event. */
const MAX_LINE_LENGTH = 1_048_576;

/** What Node.js itself writes about its debugger, even while the code stands still. */
const INSPECTOR_LINE =
  /^(Debugger (attached|listening|ending)|For help, see: https:\/\/nodejs|Waiting for the debugger)/;

/** Where the lines of a worker's log go. */
export interface LogSink {
  /** True where it takes no more. */
  isFull(): boolean;
  write(line: string): void;
}

/** What a worker is told before it loads its handler, which sees nothing of it. */
export interface WorkerGreeting {
  readonly clockOffsetMs: number;
  /** Folder that compiled code is kept in. */
  readonly codeCache?: string;
  /** Folder with source maps of deployed code. */
  readonly sourceMaps?: string;
  /** Port of 127.0.0.1 for a debugger. */
  readonly inspectPort?: number;
}

/** Who waits for an answer: to the start, or to one request. */
interface Expectation {
  readonly requestId?: string;
  readonly resolve: (answer: WorkerAnswer) => void;
}

/** A child process that runs `bootstrap.cjs`: one handler, one request at a time. */
export class Worker {
  /** Resolves when the process is gone. */
  readonly exited: Promise<WorkerExit>;
  /** False while its code has started nothing that could live on without it. */
  mayHaveChildren = true;
  /** True from the moment in which a debugger came. */
  hasDebugger = false;
  private readonly process: WorkerProcess;
  private readonly inspected: boolean;
  private readonly secret = randomBytes(16).toString("hex");
  private expected: Expectation | undefined;
  private early: WorkerAnswer | undefined;
  private onRest: ((rest: WorkerRest) => void) | undefined;
  private nodePid: number | undefined;
  private toldCode: number | undefined;
  private gone = false;
  private outOfMemory = false;
  private heapExhausted = false;

  constructor(
    private readonly settings: WorkerSettings,
    private readonly log: LogSink,
    greeting: WorkerGreeting,
  ) {
    this.inspected = greeting.inspectPort !== undefined;
    this.process = startWorker(settings);
    const { child, frames } = this.process;
    this.send({ ...greeting, secret: this.secret });
    new LineReader(frames, (line) => this.read(line), MAX_FRAME_LENGTH);
    const write = (line: string): void => log.write(line);
    if (child.stdout) new LineReader(child.stdout, write, MAX_LINE_LENGTH);
    if (child.stderr)
      new LineReader(child.stderr, (line) => this.receiveError(line), MAX_LINE_LENGTH);
    this.exited = this.watch();
    void this.exited.then((exit) => this.answer({ type: "exit", exit }));
  }

  /** Of the process group. */
  get pid(): number | undefined {
    return this.process.child.pid;
  }

  /** Resolves when the handler is loaded, or could not be. */
  started(): Promise<WorkerAnswer> {
    return this.nextAnswer();
  }

  run(request: WorkerRequest, onRest: (rest: WorkerRest) => void): Promise<WorkerAnswer> {
    this.onRest = onRest;
    // Until it tells otherwise: a process that dies in between tells nothing.
    this.mayHaveChildren = true;
    const watch = setInterval(() => this.checkMemory(), MEMORY_CHECK_MS);
    const answer = this.nextAnswer(request.requestId).finally(() => clearInterval(watch));
    this.send(request);
    return answer;
  }

  /** Ends a sleep that the worker has told of, as if its time had passed. */
  wake(id: number): void {
    this.send({ type: "wake", id });
  }

  /** Ends it with all that runs in its process group. */
  kill(): void {
    if (!this.gone) killWorker(this.process, this.nodePid);
  }

  private send(message: object): void {
    const { requests } = this.process;
    if (requests.writable) requests.write(`${JSON.stringify(message)}\n`);
  }

  private nextAnswer(requestId?: string): Promise<WorkerAnswer> {
    const { early } = this;
    this.early = undefined;
    if (early) return Promise.resolve(early);
    return new Promise((resolve) => (this.expected = { requestId, resolve }));
  }

  private answer(answer: WorkerAnswer, requestId?: string): void {
    const { expected } = this;
    if (expected && (answer.type === "exit" || expected.requestId === requestId)) {
      this.expected = undefined;
      expected.resolve(answer);
    } else if (requestId === undefined) this.early = answer;
  }

  private read(line: string): void {
    const full = this.log.isFull();
    const frame = readFrame(line, this.secret, !full);
    if (frame) this.receive(frame);
    // Not kept, but counted.
    else if (full && line.startsWith(this.secret)) this.log.write("");
  }

  private receive(frame: WorkerFrame): void {
    if (frame.mayHaveChildren !== undefined) this.mayHaveChildren = frame.mayHaveChildren;
    switch (frame.type) {
      case "log":
        return this.log.write(frame.text);
      case "out":
        return frame.text.split("\n").forEach((text) => text && this.log.write(text));
      case "sleep":
      case "awake":
        return this.onRest?.(frame);
      case "process":
        this.nodePid = frame.pid;
        return undefined;
      case "exiting":
        this.toldCode = frame.code;
        return undefined;
      case "ready":
        return this.answer(frame);
      case "initError":
        return this.answer({ type: "initError", error: failureOf(frame) });
      case "result":
        return this.answer(frame, frame.requestId);
      case "error": {
        const { durationMs, memory, fatal } = frame;
        const answer = { type: "error", durationMs, memory, fatal } as const;
        return this.answer({ ...answer, error: failureOf(frame) }, frame.requestId);
      }
    }
  }

  private receiveError(line: string): void {
    if (this.inspected && INSPECTOR_LINE.test(line)) {
      if (line.startsWith("Debugger attached")) this.hasDebugger = true;
      return;
    }
    if (line.includes("heap out of memory")) this.heapExhausted = true;
    this.log.write(line);
  }

  /** V8 limits only its heap; buffers and the rest are held to the function's memory here. */
  private checkMemory(): void {
    const limit = (this.settings.memorySize + SHARED_PAGES_MB) * 1024 * 1024;
    if (residentBytes(this.nodePid) <= limit) return;
    this.outOfMemory = true;
    this.kill();
  }

  private async watch(): Promise<WorkerExit> {
    const { child, frames } = this.process;
    const drained = new Promise<void>((resolve) => frames.once("close", resolve));
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      child.once("exit", (...ended) => resolve(ended));
      child.once("error", () => child.pid === undefined && resolve([1, null]));
    });
    this.gone = true;
    killGroup(this.process); // what it left behind
    // Usually at once; a process that the handler started may hold the pipe open.
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => (timer = setTimeout(resolve, DRAIN_MS).unref()));
    await Promise.race([drained, limit]);
    clearTimeout(timer);
    for (const stream of child.stdio) stream?.destroy();
    const exit = exitOf(code, signal, this.toldCode);
    const heapExhausted = exit.signal === "SIGABRT" && this.heapExhausted;
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
