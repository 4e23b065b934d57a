import { computeWithin } from "../../computeWithin";
import type { DecideTasks, ScalingState } from "./model";

export const deploymentOnlyModule = true;

/** Milliseconds that a `decide` may take: it only computes a count. */
export const DECIDE_TIMEOUT = 1_000;

/** A whole number of tasks, or why there is none. */
export type Answer = { readonly count: number } | { readonly failed: string };

/**
 * Calls the program's own `decide`. It always returns an answer, even if `decide` throws, never ends, or returns
 * something that is not a number.
 *
 * @param timeout milliseconds after which `decide` is interrupted.
 */
export function askDecide(
  decide: DecideTasks,
  state: ScalingState,
  usual: number,
  timeout = DECIDE_TIMEOUT,
): Answer {
  let answer: unknown;
  try {
    answer = computeWithin(timeout, () => decide(state, usual), lateAnswer);
  } catch (error) {
    return { failed: `decide ${isLate(error) ? error.message : `threw ${describe(error)}`}` };
  }
  if (typeof answer !== "number" || !Number.isFinite(answer) || answer < 0)
    return { failed: `decide returned ${describe(answer)}; return a number of tasks` };
  // Rounds up, to avoid overload in both directions: 4.2 tasks of work need 5.
  return { count: Math.ceil(answer - 1e-9) };
}

const LATE = "LateAnswer";

function lateAnswer(timeout: number): Error {
  return Object.assign(new Error(`did not answer within ${timeout} ms`), { name: LATE });
}

function isLate(error: unknown): error is Error {
  return error instanceof Error && error.name === LATE;
}

function describe(value: unknown): string {
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (typeof value === "string") return `the text '${value.slice(0, 50)}'`;
    if (typeof (value as { then?: unknown } | null | undefined)?.then === "function")
      return "a promise";
    return typeof value === "object" && value !== null ? "an object" : String(value);
  } catch {
    return "an object that cannot be read";
  }
}
