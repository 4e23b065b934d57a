import { constants } from "node:os";

/** A signal's request to stop a command. */
export interface Stop {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Resolves with the first signal. */
  readonly promise: Promise<NodeJS.Signals>;
  /** 128 + the signal's number, like shells report a command that a signal ended: 130 for Ctrl-C. */
  exitCode(): number;
}

/** Listens for SIGINT, SIGTERM and SIGHUP; a second one exits at once. */
export function untilStopped(): Stop {
  const controller = new AbortController();
  let code = 0;
  const promise = new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(name, () => {
        if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
        code = 128 + constants.signals[name];
        controller.abort(new Error(name));
        resolve(name);
      });
  });
  return { signal: controller.signal, promise, exitCode: () => code };
}
