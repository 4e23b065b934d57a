import type { FunctionFailure } from "./failure";

/** Reports of a worker during a request: the handler only waits for a timer (`sleep`), or it continues (`awake`). */
export type WorkerRest =
  { readonly type: "sleep"; readonly id: number; readonly ms: number } | { readonly type: "awake" };

/** A line of the function's log, or a piece of its direct output to stdout or stderr. */
interface LogFrame {
  readonly type: "log" | "out";
  readonly text: string;
}

/** A piece of a streamed response, in base64. */
interface ChunkFrame {
  readonly type: "chunk";
  readonly requestId: string;
  readonly data: string;
  readonly contentType: string;
}

interface FailureFields {
  readonly errorType: string;
  readonly errorMessage: string;
  /** Lines of the stack trace. */
  readonly stack: string;
  /**
   * Python only: entries of the stack trace, of several lines each; the request id is "" while the handler is loaded.
   */
  readonly stackTrace?: readonly string[];
  readonly requestIdOfFailure?: string;
}

interface Ended {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memory: number;
}

/** A message of bootstrap.cjs, sent as one JSON object. */
export type WorkerFrame = (
  | WorkerRest
  | LogFrame
  | { readonly type: "process"; readonly pid: number }
  | { readonly type: "ready"; readonly initMs: number }
  | ({ readonly type: "initError" } & FailureFields)
  | ({ readonly type: "result"; readonly payload: string; readonly contentType?: string } & Ended)
  | ChunkFrame
  | ({ readonly type: "error"; readonly fatal?: boolean } & FailureFields & Ended)
  | { readonly type: "exiting"; readonly code: number }
) & { readonly mayHaveChildren?: boolean };

/** Kinds of the frames that carry log lines. All other frames are few and small. */
const LOG_KIND = "l";

/**
 * Parses the frame in a line of a worker's file descriptor 3. Returns undefined for lines without the worker's
 * secret, and for a line that was cut off when the process ended.
 *
 * @param keepLog false when the log is full: then frames with log lines are not parsed.
 */
export function readFrame(line: string, secret: string, keepLog = true): WorkerFrame | undefined {
  if (!line.startsWith(secret)) return undefined;
  if (line[secret.length] === LOG_KIND && !keepLog) return undefined;
  try {
    // Only channel.cjs, which ships with this file, knows the secret.
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
