import { hash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import * as path from "node:path";

/**
 * Key of a Map that a process which runs a program repeatedly may provide: its content survives when this file is
 * loaded again, as happens with the program's files in each run.
 */
export const KEPT = Symbol.for("aws-callbacks.kept");

/** More than the functions of a large program; above it the oldest text is removed. */
const MOST = 5_000;

/** Caches the result for a text while this package stays unchanged; callers must not modify the result. */
export function rememberByText<Value>(
  name: string,
  make: (text: string) => Value,
): (text: string) => Value {
  let known: Map<string, Value> | undefined;
  return (text) => {
    known ??= mapOf<Value>(name);
    const key = hash("sha256", text, "base64");
    if (known.has(key)) return known.get(key) as Value;
    const value = make(text);
    known.set(key, value);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size > MOST) known.delete(oldest);
    return value;
  };
}

/** Returns the kept map of this name, as long as this package stays unchanged; a new map if the process keeps none. */
export function mapOf<Value>(name: string): Map<string, Value> {
  const kept: unknown = Reflect.get(globalThis, KEPT);
  if (!(kept instanceof Map)) return new Map<string, Value>();
  const key = `${name} ${ownStamp()}`;
  // Each name and version of this folder has its own cache, with one kind of value.
  const found = (kept as Map<string, Map<string, Value>>).get(key) ?? new Map<string, Value>();
  // Caches of an older version of this folder are useless.
  for (const other of kept.keys()) if (String(other).startsWith(`${name} `)) kept.delete(other);
  kept.set(key, found);
  return found;
}

let stamp: string | undefined;

/** Returns the version of this package as it was loaded: a process that keeps maps loads a changed one again. */
function ownStamp(): string {
  stamp ??= [__dirname, path.join(__dirname, "closure")]
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .map((file) => `${file} ${statSync(file).mtimeMs}`)
    .join("\n");
  return stamp;
}
