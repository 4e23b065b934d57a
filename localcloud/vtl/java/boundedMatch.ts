import { createContext, runInContext } from "node:vm";
import { TemplateError } from "../templateError";

/** A backtracking match may take this long, in the computer's own time; the gateway serves nobody meanwhile. */
const LIMIT_MS = 1_000;

/** So many steps back at most, if every character of a text this long may be taken or left: a moment's work. */
const EXPONENTIAL_LENGTH = 16;
/** Likewise for one quantifier, whose work grows with the square of the length. */
const QUADRATIC_LENGTH = 4_096;

/** Every match. Throws TemplateError where the expression backtracks for too long, as `(a+)+b` can. */
export function allMatches(regex: RegExp, text: string): readonly RegExpExecArray[] {
  return bounded(regex, text, () => [...text.matchAll(regex)], "[...text.matchAll(regex)]");
}

/** Whether there is a match; with the same limit. */
export function hasMatch(regex: RegExp, text: string): boolean {
  return bounded(regex, text, () => regex.test(text), "regex.test(text)");
}

/** V8 can only be interrupted in a script that was started with a timeout, which costs more than most matches. */
function bounded<Result>(regex: RegExp, text: string, run: () => Result, source: string): Result {
  if (isQuick(regex.source, text.length)) return run();
  try {
    // The script is the expression that `run` holds.
    return runInContext(source, createContext({ regex, text }), { timeout: LIMIT_MS }) as Result;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new TemplateError(
      `The regular expression ${regex.source} does too much work on a text of ${text.length} characters`,
    );
  }
}

function isQuick(source: string, length: number): boolean {
  if (length <= EXPONENTIAL_LENGTH) return true;
  const quantifiers = source.match(/[*+{]/g)?.length ?? 0;
  return quantifiers <= 1 && length <= QUADRATIC_LENGTH;
}

/** The error is of the script's own realm, whose classes are others. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
