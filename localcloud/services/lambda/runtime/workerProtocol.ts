import type { FunctionFailure } from "./failure";
import type { WorkerRest } from "./frames";

/** One request, in the form that bootstrap.cjs reads. */
export interface WorkerRequest {
  readonly requestId: string;
  readonly event: string;
  readonly invokedFunctionArn: string;
  readonly remainingMs: number;
  readonly clockOffsetMs: number;
  readonly clientContext?: unknown;
  readonly traceId?: string;
}

/** Result of a start or of a request. */
export type WorkerAnswer =
  | { readonly type: "ready"; readonly initMs: number }
  | { readonly type: "initError"; readonly error: FunctionFailure }
  | {
      readonly type: "result";
      /** Empty if the handler has streamed its response. */
      readonly payload: string;
      /** Content type of a streamed response. */
      readonly contentType?: string;
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

/** Receiver of what a worker reports while it runs a request. */
export interface RequestWatcher {
  rest(rest: WorkerRest): void;
  /** A piece of a streamed response. */
  chunk(bytes: Buffer, contentType: string): void;
}

/** Receiver of a worker's log lines. */
export interface LogSink {
  /** Returns true if the log accepts no more lines. */
  isFull(): boolean;
  write(line: string): void;
  /** Adds lines that are kept even when it is full. */
  writeSystem(lines: readonly string[]): void;
}

/** Settings for a worker, sent before it loads its handler, which cannot see them. */
export interface WorkerGreeting {
  readonly clockOffsetMs: number;
  /** Folder for compiled code. */
  readonly codeCache?: string;
  /** Folder with source maps of the deployed code. */
  readonly sourceMaps?: string;
  /** Port on 127.0.0.1 for a debugger. */
  readonly inspectPort?: number;
}
