import type { Deps } from "../../deps";
import type { HookMessage } from "./hookMessage";

export const deploymentOnlyModule = true;

/** What a handler needs from outside, so that tests control time and randomness. */
export interface HookDeps extends Pick<Deps, "now" | "sleep" | "random" | "aws"> {
  /** Writes one line to the log unchanged: CloudWatch reads metrics only from the top level of a line. */
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

/** One waiting instance, as an action sees it. */
export interface HookWork {
  readonly message: HookMessage;
  /** Milliseconds since the epoch after which no further step begins. */
  readonly until: number;
  /** Waits. @throws OVER when Auto Scaling no longer waits, and NOT_YET at `until`. */
  pause(ms: number): Promise<void>;
}

/** Result that completes the lifecycle action. */
export type HookDecision =
  { readonly result: "CONTINUE" } | { readonly result: "ABANDON"; readonly reason: string };

/** Auto Scaling no longer waits: the action was completed elsewhere, or it timed out. */
export const OVER = "ActionOver";
/** Only the time of this call is over: Lambda retries, and the next call continues. */
export const NOT_YET = "NotYet";

/** Without a stack, which would only show places in the bundled file. */
export function namedError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, stack: "" });
}
