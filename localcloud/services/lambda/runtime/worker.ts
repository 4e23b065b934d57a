import { randomBytes } from "node:crypto";
import type { DiskWatch, Writer } from "./diskWatch";
import { failureOf, readFrame, type WorkerFrame } from "./frames";
import { LineReader } from "./lineReader";
import { residentBytes, writtenBytes } from "./processUse";
import {
  exitOf,
  killGroup,
  killWorker,
  startWorker,
  type WorkerProcess,
  type WorkerSettings,
} from "./workerProcess";
import type {
  RequestWatcher,
  WorkerRequest,
  WorkerAnswer,
  WorkerExit,
  LogSink,
  WorkerGreeting,
} from "./workerProtocol";

/** Memory for pages of the Node.js binary and its libraries: this computer counts them, AWS mostly does not. */
const SHARED_PAGES_MB = 64;

/** Milliseconds between two checks of what a running request uses. */
const CHECK_MS = 200;

/** Longest wait for output that is still in the pipe after the process has ended. */
const DRAIN_MS = 250;

/** Longest frame: a 6 MB response in which every character has to be escaped. */
const MAX_FRAME_LENGTH = 16_777_216;

/** Longest line of stdout and stderr that is kept; CloudWatch Logs accepts no longer event. */
const MAX_LINE_LENGTH = 1_048_576;

/** Messages that Node.js itself writes about its debugger, even while the code is paused. */
const INSPECTOR_LINE =
  /^(Debugger (attached|listening|ending)|For help, see: https:\/\/nodejs|Waiting for the debugger)/;

/** A pending wait for an answer, to the start or to one request. */
interface Expectation {
  readonly requestId?: string;
  readonly resolve: (answer: WorkerAnswer) => void;
}

/** A child process that runs `bootstrap.cjs` or `bootstrap.py`: one handler, one request at a time. */
export class Worker implements Writer {
  /** Resolves when the process has ended. */
  readonly exited: Promise<WorkerExit>;
  /** False while the code has started no process that could outlive it. */
  mayHaveChildren = true;
  /** True once a debugger has attached. */
  hasDebugger = false;
  private readonly process: WorkerProcess;
  private readonly inspected: boolean;
  private readonly secret = randomBytes(16).toString("hex");
  private expected: Expectation | undefined;
  private early: WorkerAnswer | undefined;
  private watcher: RequestWatcher | undefined;
  private nodePid: number | undefined;
  private toldCode: number | undefined;
  private gone = false;
  private outOfMemory = false;
  private heapExhausted = false;

  constructor(
    private readonly settings: WorkerSettings,
    private readonly log: LogSink,
    greeting: WorkerGreeting,
    private readonly disk?: DiskWatch,
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

  /** Process id of the process group. */
  get pid(): number | undefined {
    return this.process.child.pid;
  }

  /** Resolves when the handler is loaded or has failed to load. */
  started(): Promise<WorkerAnswer> {
    return this.nextAnswer();
  }

  run(request: WorkerRequest, watcher: RequestWatcher): Promise<WorkerAnswer> {
    this.watcher = watcher;
    // Assumed until the worker reports otherwise, because a process that crashes reports nothing.
    this.mayHaveChildren = true;
    const forget = this.disk?.add(this);
    const watch = setInterval(() => {
      this.checkMemory();
      this.disk?.check();
    }, CHECK_MS);
    const answer = this.nextAnswer(request.requestId).finally(() => {
      clearInterval(watch);
      forget?.();
    });
    this.send(request);
    return answer;
  }

  /** Ends a sleep that the worker has reported, as if its time had passed. */
  wake(id: number): void {
    this.send({ type: "wake", id });
  }

  /** Kills the worker and all processes in its group. */
  kill(): void {
    if (!this.gone) killWorker(this.process, this.nodePid);
  }

  /** Returns the bytes that its process group has written since its start; part of `Writer`. */
  written(): number {
    return this.pid === undefined ? 0 : writtenBytes(this.pid);
  }

  /** Ends the worker, and writes the reason to its log; part of `Writer`. */
  end(reason: string): void {
    this.log.writeSystem([reason]);
    this.kill();
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
    // The log is full: the line is counted, not kept.
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
        return this.watcher?.rest(frame);
      case "chunk":
        // The handler may still write to the stream of an earlier request.
        if (frame.requestId === this.expected?.requestId)
          this.watcher?.chunk(Buffer.from(frame.data, "base64"), frame.contentType);
        return undefined;
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

  /**
   * Ends the process when it exceeds the function's memory. V8 limits only its heap, not buffers and other memory.
   */
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
    killGroup(this.process); // processes that it left behind
    // Usually ends at once, but a process that the handler started may keep the pipe open.
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
