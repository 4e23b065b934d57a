/** Symbols that JavaScript has; a program may add others to `Symbol`, which Lambda does not have. */
const NAMES = (
  "asyncDispose asyncIterator dispose hasInstance isConcatSpreadable iterator match matchAll replace search species " +
  "split toPrimitive toStringTag unscopables"
).split(" ");

const WELL_KNOWN: ReadonlyMap<unknown, string> = new Map(
  NAMES.map((name) => [Reflect.get(Symbol, name), `Symbol.${name}`]),
);

/** Returns how code refers to a symbol; undefined for one that would be a new symbol in Lambda. */
export function symbolText(symbol: symbol): string | undefined {
  const known = WELL_KNOWN.get(symbol);
  // Node.js 20 has `Symbol.dispose` as `Symbol.for("nodejs.dispose")`.
  if (known !== undefined) return known;
  const key = Symbol.keyFor(symbol);
  return key === undefined ? undefined : `Symbol.for(${JSON.stringify(key)})`;
}
