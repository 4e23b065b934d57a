import { format } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../../../thrown";
import { type Checks, runChecks } from "./checks";

export const deploymentOnlyModule = true;

/** The argument of the component that has the checks. */
export type CheckKind = "gate" | "apiGate";

/** What a thread checks. */
export interface ThreadTask<Subject> {
  readonly checksOf: CheckKind;
  readonly subject: Subject;
  /** For which the checks may run together. */
  readonly milliseconds: number;
  /** How many checks have begun: unlike a message, it is known at once when the thread dies. */
  readonly begun: Int32Array;
}

export type ThreadMessage =
  | { readonly is: "log"; readonly level: LogLevel; readonly values: readonly unknown[] }
  /** `failure`: the sentence for the check that failed. */
  | { readonly is: "over"; readonly failure?: string };

type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ["trace", "debug", "log", "info", "warn", "error"] as const;

/** Checks whether this is the thread that runs these checks, and not Lambda's own. */
export function isThreadOf(kind: CheckKind): boolean {
  return (workerData as Partial<ThreadTask<unknown>> | null)?.checksOf === kind;
}

/** Runs the checks in this thread, and shows to the main thread which one runs and how they end. */
export function serveChecks<Subject, Tools>(
  kind: CheckKind,
  checks: Checks<Tools>,
  toolsOf: (subject: Subject) => Tools,
): void {
  // No validation: only runInThread passes it.
  const { subject, milliseconds, begun } = workerData as ThreadTask<Subject>;
  const end = performance.now() + milliseconds;
  forwardLogs();
  const remaining = (): number => end - performance.now();
  const begins = (): void => void Atomics.add(begun, 0, 1);
  runChecks(kind, checks, toolsOf(subject), remaining, begins).then(
    () => send({ is: "over" }),
    (error: unknown) => send({ is: "over", failure: messageOf(error) }),
  );
}

function send(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}

/** Lambda formats only what the main thread logs, and prints what a thread writes as it is. */
function forwardLogs(): void {
  for (const level of LOG_LEVELS)
    console[level] = (...values: unknown[]) => {
      try {
        send({ is: "log", level, values });
      } catch {
        // Functions, for example, cannot be sent.
        send({ is: "log", level, values: [format(...values)] });
      }
    };
}
