/** Describes everything observable about a value: identity, flags, order of keys, prototypes, names of functions. */
export function showAnswer(value: unknown): string {
  const seen = new Map<object, number>();
  return show(value, seen);
}

function show(value: unknown, seen: Map<object, number>): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  const isReference = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isReference) return String(value);
  const known = seen.get(value);
  if (known !== undefined) return `#${known}`;
  seen.set(value, seen.size);
  if (value instanceof Promise) return "promise";
  if (isOutput(value)) return `Output ${show(value.get(), seen)}`;
  return typeof value === "function" ? `function ${value.name}` : showObject(value, seen);
}

/** The bundle has a class for Outputs; here an object with the one method replaces it. */
function isOutput(value: object): value is { get(): unknown } {
  const isPacked = value.constructor?.name === "__Output";
  return isPacked || (Object.keys(value).join() === "get" && IS_OUTPUT in value);
}

/** Marks the replacement of an Output here. */
export const IS_OUTPUT = Symbol("is an Output");

function showObject(value: object, seen: Map<object, number>): string {
  const isList = Array.isArray(value);
  const keys = Reflect.ownKeys(value).filter((key) => !(isList && key === "length"));
  const members = keys.map((key) => {
    const property = Object.getOwnPropertyDescriptor(value, key);
    const hidden = property?.enumerable ? "" : "!";
    const shown = property && "value" in property ? show(property.value, seen) : "accessor";
    return `${String(key)}${hidden}:${shown}`;
  });
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === Array.prototype;
  const above = isPlain || prototype === null ? "" : `,below:${show(prototype, seen)}`;
  const flags = [Object.isFrozen, Object.isSealed, (o: object) => !Object.isExtensible(o)];
  const closed = flags.map((is) => (is(value) ? "c" : "")).join("");
  return `${closed}${isList ? "[" : "{"}${members.join(",")}${above}}`;
}
