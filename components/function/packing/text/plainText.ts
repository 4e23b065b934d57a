import { symbolText } from "./symbols";

/** Returns the text of a value that is not an object. */
export function primitiveText(value: unknown): string {
  if (value === undefined) return "void 0";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return textOfSymbol(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  return JSON.stringify(value);
}

/** Returns a key as written in an object literal. */
export function keyText(key: PropertyKey): string {
  // Without brackets it would set the prototype.
  if (typeof key === "symbol" || key === "__proto__") return `[${keyValue(key)}]`;
  return isIdentifier(key) ? String(key) : JSON.stringify(key);
}

/** Returns the access to a member: `.name` or `["other name"]`. */
export function memberText(key: PropertyKey): string {
  return isIdentifier(key) ? `.${String(key)}` : `[${keyValue(key)}]`;
}

/** Returns a key as an expression. */
export function keyValue(key: PropertyKey): string {
  return typeof key === "symbol" ? textOfSymbol(key) : JSON.stringify(String(key));
}

function isIdentifier(key: PropertyKey): boolean {
  return typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key);
}

function textOfSymbol(symbol: symbol): string {
  const text = symbolText(symbol);
  if (text === undefined) throw new Error(`${String(symbol)} was not refused`);
  return text;
}
