import { JsonArray } from "../java/list";
import { JavaMap } from "../java/map";
import { fromBigInt, JavaDouble } from "../java/number";
import { type JavaValue } from "../java/value";
import { FrameMap, isOverride, type Overrides } from "./overrides";

/** `$context`, with the two members to which a template writes its overrides. */
export class Context extends FrameMap {
  constructor(
    private readonly values: object,
    overrides: Overrides,
  ) {
    super("$context", () => overrides.variables);
  }

  /** Converts only the variable that is read, because most templates read one or two of twenty. */
  override property(name: string): JavaValue {
    if (this.hasEntries || isOverride(name) || !Object.hasOwn(this.values, name))
      return super.property(name);
    const value: unknown = Reflect.get(this.values, name);
    // A template may write to a map, which must then be the same map at the next access.
    return typeof value === "object" ? super.property(name) : fromPlain(value);
  }

  protected override initial(): Map<JavaValue, JavaValue> {
    const entries = super.initial();
    for (const [name, value] of Object.entries(this.values) as [string, unknown][])
      if (!entries.has(name)) entries.set(name, fromPlain(value));
    return entries;
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
