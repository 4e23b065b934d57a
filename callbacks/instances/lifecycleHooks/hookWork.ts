import type { Deps } from "../../deps";
import type { HookMessage } from "./hookMessage";

export const deploymentOnlyModule = true;

/** What a handler takes from its surroundings, so that a test owns time and chance. */
export interface HookDeps extends Pick<Deps, "now" | "sleep" | "random" | "aws"> {
  /** Writes one line to the log as it is: metrics are read from the top of a line only. */
  print(line: string): void;
}

/** Lambda's own clock and log. */
export const lambdaDeps: HookDeps = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
  aws: {},
  print: (line) => void process.stdout.write(`${line}\n`),
};

/** One instance that waits, as an action sees it. */
export interface HookWork {
  readonly message: HookMessage;
  /** Milliseconds since the epoch after which nothing further is begun. */
  readonly until: number;
  /** Waits a little. @throws OVER when Auto Scaling waits no longer, and NOT_YET at `until`. */
  pause(ms: number): Promise<void>;
}

/** What an instance waits to hear. */
export type Verdict =
  { readonly result: "CONTINUE" } | { readonly result: "ABANDON"; readonly reason: string };

/** Auto Scaling waits no longer: somebody else has completed the action, or its time is up. */
export const OVER = "ActionOver";
/** Nothing is wrong but the time of this call is up: Lambda calls again, and the next call goes on. */
export const NOT_YET = "NotYet";

/** Without a stack, which tells only of places in the packed file. */
export function namedError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, stack: "" });
}
