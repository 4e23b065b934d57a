import { type JavaDecimal } from "./decimal";
import { type JavaDouble } from "./number";

/**
 * A number of Java: Integer is a `number`, Long and BigInteger are a `bigint` (inside and outside 64 bits),
 * Double and BigDecimal have classes.
 */
export type JavaNumber = number | bigint | JavaDouble | JavaDecimal;

/** What a template can hold: never a plain JavaScript object, so no prototype is reachable. */
export type JavaValue = null | boolean | string | JavaNumber | JavaObject;

/** The Java objects that are not values of JavaScript: collections, maps, entries, scopes, `$input`. */
export abstract class JavaObject {
  /** Java's `toString()`. */
  abstract toText(): string;

  /** A bean property (`getName()`, `isName()`); undefined when the class has none of that name. */
  property(_name: string): JavaValue | undefined {
    return undefined;
  }

  /** The public methods a template may call, by name; absent names give nothing. */
  abstract readonly methods: Methods;

  /** Java's `equals`; identity unless the class says otherwise. */
  equals(other: JavaValue): boolean {
    return this === other;
  }
}

/** What a Java parameter accepts; null fits every kind but `int`. */
export type Parameter = "int" | "String" | "Object" | "Collection" | "Map" | "Number";

/** `undefined` is Java's `void`, which Velocity renders as the empty string. */
export type Run = (receiver: never, ...args: never[]) => JavaValue | undefined;

export interface Overload {
  readonly parameters: readonly Parameter[];
  readonly run: (receiver: unknown, ...args: unknown[]) => JavaValue | undefined;
}

/** A public method: its overloads, the most specific first; or "unsupported", which fails loudly. */
export type Methods = ReadonlyMap<string, readonly Overload[] | "unsupported">;

/** Declares overloads with the receiver's own type; `invoke` only runs them on such a receiver. */
export function overload(parameters: readonly Parameter[], run: Run): Overload {
  return { parameters, run: run as Overload["run"] }; // `accepts` checks each argument before the call
}

/** The table of a class: its own methods, after those it inherits, and what this cloud refuses. */
export function methodTable(
  own: Readonly<Record<string, readonly Overload[]>>,
  inherited: Methods = new Map(),
  unsupported: readonly string[] = [],
): Methods {
  const refused = unsupported.map((name) => [name, "unsupported"] as const);
  return new Map([...inherited, ...refused, ...Object.entries(own)]);
}
