import { constants } from "node:os";
import { endWithOutput, isClosedOutput, outputFailure, tryToSay } from "../output/outputErrors";

/**
 * Milliseconds in which further signals count as the first one where there is state to save: Ctrl-C reaches the whole
 * group of a terminal, and npm passes it on to its command once more.
 */
const SAME_SIGNAL_MS = 1000;

/** A request to stop a command: by a signal, or because its output can no longer be written. */
export interface Stop {
  /** Aborted by the first request. */
  readonly signal: AbortSignal;
  /** Resolves with the first signal; SIGHUP if the output failed. */
  readonly promise: Promise<NodeJS.Signals>;
  /**
   * 128 + the signal's number, like shells report a command that a signal ended: 130 for Ctrl-C. 1 if the output could
   * not be written.
   */
  exitCode(): number;
  /** Whether it stops because the output could not be written, although somebody would read it. */
  outputFailed(): boolean;
  /** Tells that nothing is lost any more by ending at once. */
  saved(): void;
}

export interface StopOptions {
  /** Folder in which the command saves state before it ends. */
  readonly state?: string;
  /** Tests replace these. */
  now?(): number;
  exit?(code: number): void;
  say?(text: string): void;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP, and for errors of the output. A second signal exits at once. While state is
 * being saved it must come some time after the first one; an error of the output never prevents saving.
 */
export function untilStopped({
  state,
  now = () => performance.now(),
  exit = (code) => process.exit(code),
  say = tryToSay,
}: StopOptions = {}): Stop {
  const controller = new AbortController();
  let unsaved = state;
  let code = 0;
  let stoppedAt = 0;
  let stop: (name: NodeJS.Signals, exitCode: number) => void = () => undefined;
  const promise = new Promise<NodeJS.Signals>((resolve) => {
    stop = (name, exitCode) => {
      if (controller.signal.aborted) return;
      code = exitCode;
      stoppedAt = now();
      controller.abort(new Error(name));
      resolve(name);
    };
  });
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => {
      const exitCode = codeOf(name);
      if (!controller.signal.aborted) return stop(name, exitCode);
      if (state !== undefined && now() - stoppedAt < SAME_SIGNAL_MS) return;
      if (unsaved !== undefined)
        say(
          `localcloud: the state was not saved in ${unsaved}, because a second ${name} ended it at once: it is as it was before this run.\n`,
        );
      exit(exitCode);
    });
  for (const stream of [process.stdout, process.stderr])
    stream.off("error", endWithOutput).on("error", (error: NodeJS.ErrnoException) => {
      if (controller.signal.aborted) return;
      if (isClosedOutput(error)) return stop("SIGHUP", codeOf("SIGHUP"));
      say(outputFailure(error));
      stop("SIGHUP", 1);
    });
  return {
    signal: controller.signal,
    promise,
    exitCode: () => code,
    outputFailed: () => code === 1,
    saved: () => (unsaved = undefined),
  };
}

function codeOf(name: NodeJS.Signals): number {
  return 128 + constants.signals[name];
}
