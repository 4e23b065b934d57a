import { NO_ANSWER } from "./deadline";
import {
  exitFailure,
  MAX_RESPONSE_BYTES,
  RESPONSE_TOO_LARGE,
  timedOut,
  type FunctionFailure,
} from "./failure";
import type { Streamed, StreamedBody } from "./streamedBody";
import type { InvocationReport, SystemLog } from "./systemLog";
import type { WorkerAnswer } from "./workerProtocol";

/** What the result of a worker's run means for the caller, the log and the environment. */
export interface Conclusion {
  /** Body of the response. */
  readonly payload: string;
  readonly streamed?: Streamed;
  readonly failure?: FunctionFailure;
  readonly report: Pick<InvocationReport, "status" | "errorType" | "durationMs">;
  readonly memoryBytes: number;
  /** False when the environment must not be used again. */
  readonly usable: boolean;
  /** Returns the log lines that precede the END line of the request. */
  lines(log: SystemLog): string[];
}

/** Facts about the run that the worker does not report. */
interface Run {
  readonly requestId: string;
  readonly timeoutSeconds: number;
  /** Milliseconds in this computer's time. */
  readonly elapsed: number;
  /** What a streaming handler has written. */
  readonly body: StreamedBody;
}

export function conclude(answer: WorkerAnswer | typeof NO_ANSWER, run: Run): Conclusion {
  const { requestId, timeoutSeconds, elapsed } = run;
  if (answer === NO_ANSWER) {
    const failure = timedOut(requestId, timeoutSeconds);
    const report = { status: "timeout", durationMs: timeoutSeconds * 1000 } as const;
    return {
      ...failed(failure, report),
      lines: (log) => log.timedOut(requestId, timeoutSeconds),
    };
  }
  switch (answer.type) {
    case "result":
      return answer.contentType === undefined
        ? respond(answer.payload, answer)
        : respondStreamed(run.body, answer.contentType, answer);
    case "error": {
      const { durationMs, memory: memoryBytes, fatal } = answer;
      const report = { status: "error", durationMs } as const;
      return { ...failed(answer.error, report), memoryBytes, usable: !fatal };
    }
    case "initError": {
      const { errorType } = answer.error;
      const report = { status: "failure", durationMs: elapsed } as const;
      return {
        ...failed(answer.error, report),
        lines: (log) => log.initFailed(elapsed, errorType),
      };
    }
    case "exit": {
      const failure = exitFailure(requestId, answer.exit);
      const report = { status: "failure", durationMs: elapsed } as const;
      return {
        ...failed(failure, report),
        memoryBytes: answer.exit.outOfMemory ? Infinity : 0,
        lines: (log) => log.crashed(requestId, failure),
      };
    }
    case "ready":
      throw new Error("A worker answered a request as if it had just started.");
  }
}

function respond(payload: string, answer: { durationMs: number; memory: number }): Conclusion {
  const { durationMs, memory: memoryBytes } = answer;
  const alive = { memoryBytes, usable: true };
  if (Buffer.byteLength(payload) > MAX_RESPONSE_BYTES)
    return { ...failed(RESPONSE_TOO_LARGE, { status: "error", durationMs }), ...alive };
  return { payload, report: { status: "success", durationMs }, lines: () => [], ...alive };
}

function respondStreamed(
  body: StreamedBody,
  contentType: string,
  answer: { durationMs: number; memory: number },
): Conclusion {
  const { durationMs, memory: memoryBytes } = answer;
  const alive = { memoryBytes, usable: true };
  if (body.isTooLarge)
    return { ...failed(RESPONSE_TOO_LARGE, { status: "error", durationMs }), ...alive };
  const { bytes } = body;
  const report = { status: "success", durationMs } as const;
  const payload = bytes.toString("utf8");
  return { payload, streamed: { contentType, bytes }, report, lines: () => [], ...alive };
}

function failed(
  failure: FunctionFailure,
  report: Pick<InvocationReport, "status" | "durationMs">,
): Conclusion {
  const { errorType } = failure;
  return {
    payload: JSON.stringify(failure),
    failure,
    // The REPORT line has no error type for a timeout.
    report: report.status === "timeout" ? report : { ...report, errorType },
    memoryBytes: 0,
    usable: false,
    lines: () => [],
  };
}
