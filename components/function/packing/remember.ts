import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import * as path from "node:path";

/**
 * Where a process that runs a program again and again offers a Map: what is there stays when this file is loaded anew,
 * as the program's own files are in each run.
 */
export const KEPT = Symbol.for("aws-callbacks.kept");

/** More texts than a large program has functions; then the oldest is forgotten. */
const MOST = 5_000;

/** Remembers what is made of a text, for as long as this package is the same; what is made must not be changed. */
export function rememberByText<Value>(
  name: string,
  make: (text: string) => Value,
): (text: string) => Value {
  let known: Map<string, Value> | undefined;
  return (text) => {
    known ??= mapOf<Value>(name);
    const key = createHash("sha256").update(text).digest("base64");
    if (known.has(key)) return known.get(key) as Value;
    const value = make(text);
    known.set(key, value);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size > MOST) known.delete(oldest);
    return value;
  };
}

function mapOf<Value>(name: string): Map<string, Value> {
  const kept: unknown = Reflect.get(globalThis, KEPT);
  if (!(kept instanceof Map)) return new Map<string, Value>();
  const key = `${name} ${ownStamp()}`;
  // One name and one state of this folder hold one kind of value.
  const found = (kept as Map<string, Map<string, Value>>).get(key) ?? new Map<string, Value>();
  // Those of an older state of this folder are of no use any more.
  for (const other of kept.keys()) if (String(other).startsWith(`${name} `)) kept.delete(other);
  kept.set(key, found);
  return found;
}

function ownStamp(): string {
  return [__dirname, path.join(__dirname, "closure")]
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .map((file) => `${file} ${statSync(file).mtimeMs}`)
    .join("\n");
}
