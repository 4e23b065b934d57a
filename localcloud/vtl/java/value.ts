import { type JavaDecimal } from "./decimal";
import { type JavaDouble } from "./number";

/**
 * A Java number: Integer is a `number`, Long and BigInteger are a `bigint` (inside and outside 64 bits), Double and
 * BigDecimal are classes.
 */
export type JavaNumber = number | bigint | JavaDouble | JavaDecimal;

/** A value in a template. It is never a plain JavaScript object, so that no prototype is reachable. */
export type JavaValue = null | boolean | string | JavaNumber | JavaObject;

/** Java objects without a JavaScript equivalent: collections, maps, entries, scopes, `$input`. */
export abstract class JavaObject {
  /** Returns the text of Java's `toString()`. */
  abstract toText(): string;

  /** Returns a bean property (`getName()`, `isName()`); undefined if the class has none with that name. */
  property(_name: string): JavaValue | undefined {
    return undefined;
  }

  /** The public methods that a template may call, by name; other names give null. */
  abstract readonly methods: Methods;

  /** Compares like Java's `equals`; by identity unless the class overrides it. */
  equals(other: JavaValue): boolean {
    return this === other;
  }
}

/** Type of a Java parameter; all types except `int` accept null. */
export type Parameter = "int" | "String" | "Object" | "Collection" | "Map" | "Number";

/** Implementation of a method; `undefined` is Java's `void`, which Velocity renders as the empty string. */
export type Run = (receiver: never, ...args: never[]) => JavaValue | undefined;

export interface Overload {
  readonly parameters: readonly Parameter[];
  readonly run: (receiver: unknown, ...args: unknown[]) => JavaValue | undefined;
}

/** Public methods by name: overloads, the most specific first; or "unsupported", which throws an error. */
export type Methods = ReadonlyMap<string, readonly Overload[] | "unsupported">;

/** Declares an overload with the receiver's own type; `invoke` calls it only with such a receiver. */
export function overload(parameters: readonly Parameter[], run: Run): Overload {
  return { parameters, run: run as Overload["run"] }; // `accepts` checks each argument before the call
}

/** Returns the method table of a class: its own methods, those it inherits, and those that this cloud refuses. */
export function methodTable(
  own: Readonly<Record<string, readonly Overload[]>>,
  inherited: Methods = new Map(),
  unsupported: readonly string[] = [],
): Methods {
  const refused = unsupported.map((name) => [name, "unsupported"] as const);
  return new Map([...inherited, ...refused, ...Object.entries(own)]);
}
