export const deploymentOnlyModule = true;

/** Most characters of a value that an error shows. */
const LONGEST = 200;

/**
 * Returns why a callback failed, for one line of a log or a record. JavaScript can throw any value, even one that throws
 * again when it is read: this function never throws.
 */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === "string" && thrown !== "") return thrown;
  try {
    if (thrown instanceof Error) return withCause(thrown);
  } catch {
    return "an Error whose message cannot be read";
  }
  return `it threw ${shownValue(thrown)} instead of an Error`;
}

/** `fetch failed` alone, for example, does not tell whether a name is unknown or a port is closed. */
function withCause(error: Error): string {
  const message = String(error.message || error.name);
  const { cause } = error;
  if (!(cause instanceof Error)) return message;
  // An AggregateError, for example of the addresses of a host, has a code but no message.
  const code = "code" in cause ? String(cause.code) : "";
  const reason = String(cause.message || code || cause.name);
  return message.includes(reason) ? message : `${message}: ${reason}`;
}

/** Returns a value as JSON, with words for what JSON cannot show. */
export function shownValue(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) return "undefined";
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  } catch {
    // It contains itself, a BigInt, or something that throws when it is read.
    return "an object that JSON cannot show";
  }
}
