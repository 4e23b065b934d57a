import { JsonArray } from "../java/list";
import { JavaMap } from "../java/map";
import { fromBigInt, JavaDouble } from "../java/number";
import { type JavaValue } from "../java/value";
import { FrameMap, type Overrides } from "./overrides";

/** `$context`, with the two members to which a template writes its overrides. */
export class Context {
  readonly variable: JavaMap;

  constructor(values: object, overrides: Overrides) {
    const frame = overrides.variables;
    this.variable = new FrameMap("$context", frame);
    for (const [name, value] of Object.entries(values) as [string, unknown][]) {
      if (!frame.has(name)) this.variable.entries.set(name, fromPlain(value));
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
  return new PlainMap(value);
}

class PlainMap extends JavaMap {
  constructor(private readonly plain: object) {
    super();
  }

  protected override initial(): Map<JavaValue, JavaValue> {
    const members = Object.entries(this.plain) as [string, unknown][];
    return new Map(members.map(([name, item]) => [name, fromPlain(item)]));
  }
}
