import type { FunctionFailure } from "./failure";

/** What a worker tells while a request runs: that it only waits for a timer, and that it goes on by itself. */
export type WorkerRest =
  { readonly type: "sleep"; readonly id: number; readonly ms: number } | { readonly type: "awake" };

/** A line of the function's log, or a piece of what it wrote to stdout or stderr itself. */
interface LogFrame {
  readonly type: "log" | "out";
  readonly text: string;
}

interface FailureFields {
  readonly errorType: string;
  readonly errorMessage: string;
  /** Lines of the trace. */
  readonly stack: string;
  /** Python's: entries of the trace, of several lines each; the request's id is "" while the handler is loaded. */
  readonly stackTrace?: readonly string[];
  readonly requestIdOfFailure?: string;
}

interface Ended {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memory: number;
}

/** What bootstrap.cjs sends, one JSON object a frame. */
export type WorkerFrame = (
  | WorkerRest
  | LogFrame
  | { readonly type: "process"; readonly pid: number }
  | { readonly type: "ready"; readonly initMs: number }
  | ({ readonly type: "initError" } & FailureFields)
  | ({ readonly type: "result"; readonly payload: string } & Ended)
  | ({ readonly type: "error"; readonly fatal?: boolean } & FailureFields & Ended)
  | { readonly type: "exiting"; readonly code: number }
) & { readonly mayHaveChildren?: boolean };

/** The kinds of frames that the log is made of; the others are few and small. */
const LOG_KIND = "l";

/**
 * The frame in a line of a worker's descriptor 3; undefined for everything that does not carry the
 * worker's secret, and for what was cut off when its process ended.
 *
 * @param keepLog false where the log is full: its frames are not even read then.
 */
export function readFrame(line: string, secret: string, keepLog = true): WorkerFrame | undefined {
  if (!line.startsWith(secret)) return undefined;
  if (line[secret.length] === LOG_KIND && !keepLog) return undefined;
  try {
    // channel.cjs, which ships with this file, is the only one that knows the secret.
    return JSON.parse(line.slice(secret.length + 1)) as WorkerFrame;
  } catch {
    return undefined;
  }
}

export function failureOf(fields: FailureFields): FunctionFailure {
  const { errorType, errorMessage, stack, stackTrace, requestIdOfFailure } = fields;
  if (stackTrace)
    return { errorMessage, errorType, requestId: requestIdOfFailure ?? "", stackTrace };
  return { errorType, errorMessage, trace: stack === "" ? [] : stack.split("\n") };
}
