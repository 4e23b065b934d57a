import type { WorkerExit } from "./workerProtocol";

/** The response body of a failed invocation, which has the header `X-Amz-Function-Error`. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  /** Only Python's runtime reports it, with its own form of the stack below. */
  readonly requestId?: string;
  readonly stackTrace?: readonly string[];
  /** Lines of the stack trace; absent if Lambda itself reports the failure. */
  readonly trace?: readonly string[];
}

/** Returns, for example, `Task timed out after 3.00 seconds`. */
export function timeoutText(seconds: number): string {
  return `Task timed out after ${seconds.toFixed(2)} seconds`;
}

export function timedOut(requestId: string, seconds: number): FunctionFailure {
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: ${timeoutText(seconds)}`,
  };
}

/** Returns the failure of a request whose process ended. */
export function exitFailure(requestId: string, exit: WorkerExit): FunctionFailure {
  return {
    errorType: exit.outOfMemory ? "Runtime.OutOfMemory" : "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: ${exitText(exit)}`,
  };
}

const SIGNAL_TEXTS: Readonly<Record<string, string>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

function exitText(exit: WorkerExit): string {
  if (exit.outOfMemory) return "Runtime exited with error: signal: killed";
  if (exit.signal)
    return `Runtime exited with error: signal: ${SIGNAL_TEXTS[exit.signal] ?? exit.signal}`;
  return exit.code === 0
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${exit.code}`;
}

/** Largest response; source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_RESPONSE_BYTES = 6_291_556;

export const RESPONSE_TOO_LARGE: FunctionFailure = {
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
  errorType: "Function.ResponseSizeTooLarge",
};
