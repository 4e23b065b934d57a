import { JsonArray } from "../java/list";
import { JavaMap } from "../java/map";
import { fromBigInt, JavaDouble } from "../java/number";
import { type JavaValue } from "../java/value";
import { FrameMap, type Overrides } from "./overrides";

/** `$context`, with the two members to which a template writes its overrides. */
export class Context {
  readonly variable: JavaMap;

  constructor(values: Readonly<Record<string, unknown>>, overrides: Overrides) {
    const frame = overrides.variables;
    this.variable = new FrameMap("$context", frame);
    for (const [name, value] of Object.entries(values)) {
      if (!frame.has(name)) this.variable.put(name, fromPlain(value));
    }
  }
}

/** Converts a JavaScript value to the corresponding Java value. */
export function fromPlain(value: unknown): JavaValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint")
    return value;
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? fromBigInt(BigInt(value)) : new JavaDouble(value);
  }
  if (Array.isArray(value)) return new JsonArray(value.map(fromPlain));
  if (typeof value !== "object") return null;
  return JavaMap.of(Object.entries(value).map(([name, item]) => [name, fromPlain(item)]));
}
