import { AwsError } from "../core/errors";

/**
 * Maximum nesting of a request. Schemas such as DynamoDB's AttributeValue are recursive; AWS allows 32 levels there
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html), each of which has two levels
 * in JSON.
 */
const deepest = 128;

/** Returns the error for a body, path or query that cannot be read; `message` states the problem. */
export function malformed(message: string): AwsError {
  return new AwsError("SerializationException", message, { status: 400 });
}

export function checkDepth(depth: number): void {
  if (depth > deepest) throw malformed(`The request nests deeper than ${deepest} levels.`);
}

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed("The request is not valid UTF-8.");
  }
}

export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(`Malformed percent-encoding: ${text.slice(0, 100)}`);
  }
}

/** Returns the pairs of a query string or form body, in order; `+` is a space. */
export function decodeForm(text: string): [name: string, value: string][] {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [decodePercent(name.replaceAll("+", " ")), decodePercent(value.replaceAll("+", " "))];
    });
}
