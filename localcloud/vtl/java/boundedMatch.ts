import { createContext, Script, type Context } from "node:vm";
import { TemplateError } from "../templateError";

/** Time limit of a backtracking match, in the computer's own time; the gateway serves no other request meanwhile. */
const LIMIT_MS = 1_000;

/** Maximum length of a text for which even exponential backtracking takes only a moment. */
const EXPONENTIAL_LENGTH = 16;
/** Maximum length of a text for one quantifier, whose work grows with the square of the length. */
const QUADRATIC_LENGTH = 4_096;

/** What the script runs. One context for all matches: to create one costs more than most matches. */
let matching: Context | undefined;
const script = new Script("run()");

/** Returns all matches. Throws TemplateError if the expression backtracks for too long, as `(a+)+b` can. */
export function allMatches(regex: RegExp, text: string): readonly RegExpExecArray[] {
  return bounded(regex, text, () => [...text.matchAll(regex)]);
}

/** Checks whether there is a match; with the same limit. */
export function hasMatch(regex: RegExp, text: string): boolean {
  return bounded(regex, text, () => regex.test(text));
}

/**
 * Runs a match with a timeout. V8 can interrupt only a script that was started with one, which costs more than most
 * matches.
 */
function bounded<Result>(regex: RegExp, text: string, run: () => Result): Result {
  if (isQuick(regex.source, text.length)) return run();
  matching ??= createContext({});
  matching.run = run;
  try {
    return script.runInContext(matching, { timeout: LIMIT_MS }) as Result;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new TemplateError(
      `The regular expression ${regex.source} does too much work on a text of ${text.length} characters`,
    );
  } finally {
    matching.run = undefined;
  }
}

function isQuick(source: string, length: number): boolean {
  if (length <= EXPONENTIAL_LENGTH) return true;
  const quantifiers = source.match(/[*+{]/g)?.length ?? 0;
  return quantifiers <= 1 && length <= QUADRATIC_LENGTH;
}

/** Checks for a timeout. The error comes from the script's own realm, so `instanceof` does not work. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
