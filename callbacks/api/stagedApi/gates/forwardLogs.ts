import { format } from "node:util";

export const deploymentOnlyModule = true;

export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ["trace", "debug", "log", "info", "warn", "error"] as const;

const PLAIN = [Object, Array, Date] as const;
/** Errors that structuredClone copies as what they are. */
const ERRORS = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
] as const;

type Log = (level: LogLevel, values: readonly unknown[]) => void;

/**
 * Passes on what this thread logs, as values that can be sent to the main thread: Lambda formats only what that thread
 * logs, objects and errors as JSON, and prints what a thread writes as it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function forwardLogs(log: Log): void {
  for (const level of LOG_LEVELS)
    console[level] = (...values: unknown[]) => {
      try {
        if (values.every((value) => isPlain(value))) return log(level, values);
      } catch {
        // A value that cannot be read.
      }
      log(level, [format(...values)]);
    };
}

/** Checks whether a value is still the same after structuredClone, which does not copy classes, functions and symbols. */
function isPlain(value: unknown, seen = new Set<unknown>()): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null || seen.has(value)) return true;
  seen.add(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const keys = Reflect.ownKeys(value);
  if (ERRORS.some((type) => type.prototype === prototype))
    return keys.every((key) => key === "stack" || key === "message");
  if (!PLAIN.some((type) => type.prototype === prototype)) return false;
  return keys.every((key) => typeof key === "string" && isPlain(Reflect.get(value, key), seen));
}
