import { hash } from "node:crypto";
import { statSync } from "node:fs";
import { packingFiles } from "./ownCode";
import { MOST, ParsedTexts } from "./parsedTexts";

/**
 * Key of a Map that a process which runs a program repeatedly may provide: its content survives when this file is
 * loaded again, as happens with the program's files in each run.
 */
export const KEPT = Symbol.for("aws-callbacks.kept");

let own: ParsedTexts | undefined;

/** Returns the results that processes leave each other; a process that keeps maps keeps them for all its runs. */
function parsedTexts(): ParsedTexts {
  if (!own) {
    const kept = mapOf<ParsedTexts>("parsed texts");
    own = kept.get("") ?? ParsedTexts.below(process.cwd());
    kept.set("", own);
  }
  return own;
}

/**
 * Caches the result for a text while this package stays unchanged, also for the next processes; callers must not
 * modify the result.
 * @param make must depend on the text alone, and return what a structured clone can copy.
 */
export function rememberByText<Value>(
  name: string,
  make: (text: string) => Value,
): (text: string) => Value {
  let known: Map<string, Value> | undefined;
  return (text) => {
    // Each name has one kind of value.
    known ??= parsedTexts().of(name) as Map<string, Value>;
    const key = hash("sha256", text, "base64");
    if (known.has(key)) {
      const value = known.get(key) as Value;
      // What is used stays longest.
      known.delete(key);
      known.set(key, value);
      return value;
    }
    const value = make(text);
    known.set(key, value);
    parsedTexts().note(text.length);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size > MOST) known.delete(oldest);
    return value;
  };
}

/** Stores the results for the next process, if many of them are new. */
export function storeResults(): void {
  parsedTexts().store();
}

/** Returns the kept map of this name, as long as this package stays unchanged; a new map if the process keeps none. */
export function mapOf<Value>(name: string): Map<string, Value> {
  const kept: unknown = Reflect.get(globalThis, KEPT);
  if (!(kept instanceof Map)) return new Map<string, Value>();
  const key = `${name} ${ownStamp()}`;
  // Each name and version of the packing code has its own cache, with one kind of value.
  const found = (kept as Map<string, Map<string, Value>>).get(key) ?? new Map<string, Value>();
  // Caches of an older version of the packing code are useless.
  for (const other of kept.keys()) if (String(other).startsWith(`${name} `)) kept.delete(other);
  kept.set(key, found);
  return found;
}

let stamp: string | undefined;

/** Returns the version of this package as it was loaded: a process that keeps maps loads a changed one again. */
function ownStamp(): string {
  stamp ??= packingFiles()
    .map((file) => `${file} ${statSync(file).mtimeMs}`)
    .join("\n");
  return stamp;
}
