import { AsyncLocalStorage } from "node:async_hooks";
import { type MessagePort, workerData } from "node:worker_threads";
import { messageOf } from "../../../thrown";
import { type Checks, runChecks } from "./checks";
import { forwardLogs, type LogLevel } from "./forwardLogs";

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
  /** How many lines the main thread has logged. */
  readonly logged: Int32Array;
  /** To the main thread. What a check sends to `parentPort` is not meant for it. */
  readonly port: MessagePort;
}

export type ThreadMessage =
  | { readonly is: "log"; readonly level: LogLevel; readonly values: readonly unknown[] }
  /** `failure`: the sentence for the check that failed. */
  | { readonly is: "over"; readonly failure?: string }
  /** `problem`: why the check that runs has failed outside of its promise. */
  | { readonly is: "uncaught"; readonly problem: string };

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
  const { subject, milliseconds, begun, logged, port } = workerData as ThreadTask<Subject>;
  const end = performance.now() + milliseconds;
  const remaining = (): number => end - performance.now();
  const begins = (): void => void Atomics.add(begun, 0, 1);
  const send = (message: ThreadMessage): void => sendAndWait(port, logged, message);
  forwardLogs((level, values) => send({ is: "log", level, values }));
  const watched = watchUncaught(checks, begun, (problem) => send({ is: "uncaught", problem }));
  runChecks(kind, watched, toolsOf(subject), remaining, begins).then(
    () => send({ is: "over" }),
    (error: unknown) => send({ is: "over", failure: messageOf(error) }),
  );
}

/**
 * Sends a message and waits until the main thread has logged it: endless logs leave that thread the time to look at its
 * clock. After any other message it waits until it is ended, so what it would do later cannot change the result.
 */
function sendAndWait(port: MessagePort, logged: Int32Array, message: ThreadMessage): void {
  const before = Atomics.load(logged, 0);
  port.postMessage(message);
  Atomics.wait(logged, 0, before);
}

/**
 * Reports what a check throws in a timer, or rejects while nobody awaits it: as an error of the thread, it would lose
 * its message if structuredClone does not support it. A check that has passed has passed: what it left behind is ignored.
 */
function watchUncaught<Tools>(
  checks: Checks<Tools>,
  begun: Int32Array,
  report: (problem: string) => void,
): Checks<Tools> {
  const current = (): number => Atomics.load(begun, 0);
  const owner = new AsyncLocalStorage<number>();
  process.on("uncaughtException", (error: unknown) => {
    // A check that listens too handles its errors itself.
    if (process.listenerCount("uncaughtException") > 1) return;
    if ((owner.getStore() ?? current()) === current()) report(messageOf(error));
  });
  const watched = Object.entries(checks).map(
    ([name, check]) => [name, (tools: Tools) => owner.run(current(), () => check(tools))] as const,
  );
  return Object.fromEntries(watched);
}
