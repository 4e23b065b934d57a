import type { Properties } from "../../types";

export const GONE = ["ResourceNotFoundException"];

/** Returns a function in the form in which it was given, name or ARN, if it is the same function. */
export function sameFunction(
  given: string | undefined,
  found: string | undefined,
): string | undefined {
  if (given === undefined || found === undefined) return found;
  const name = (text: string): string => text.split(":function:").at(-1) ?? text;
  return name(given) === name(found) ? given : found;
}

/** Parses an import id such as `function/alias`, with the names of its two parts. */
export function pairKey(id: string, first: string, second: string, separator = "/"): Properties {
  const cut = id.lastIndexOf(separator);
  return cut < 0 ? { [first]: id } : { [first]: id.slice(0, cut), [second]: id.slice(cut + 1) };
}
