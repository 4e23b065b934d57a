import { type AnyFunction, notePlace } from "./closureScope";
import { declarationsIn } from "../text/declarations";
import { type KeptFile, keptFiles } from "../caching/keptFiles";
import { sourceOf } from "./refusal";

type Variables = ReadonlyMap<string, unknown>;

/**
 * Reads the variables of top-level functions, which are those of their file and no others. A process that compiles the
 * files itself can read them without V8's inspector, which takes longer than the rest of packing. A function counts as
 * top-level only if the file's variable of its name still holds a function with the declared text.
 */
export class FileVariables {
  private readonly files = keptFiles();
  private readonly known = new Map<unknown, Variables>();
  private readonly entered = new Set<KeptFile>();
  private exporters: ReadonlyMap<unknown, KeptFile> | undefined;

  /** Returns the variables of a top-level function that have these names; undefined for any other function. */
  of(fn: AnyFunction, names: readonly string[]): Variables | undefined {
    if (this.files.size === 0) return undefined;
    this.exporters ??= exportersAmong(this.files);
    const file = this.exporters.get(fn);
    if (file && !this.entered.has(file)) this.enter(file);
    const variables = this.known.get(fn);
    if (!variables) return undefined;
    const found = names.filter((name) => variables.has(name));
    return new Map(found.map((name) => [name, variables.get(name)]));
  }

  /** Reads all functions of a file at once: exported functions usually lead to those that are not exported. */
  private enter(file: KeptFile): void {
    this.entered.add(file);
    const { text, script: scriptId, read } = file;
    const declarations = declarationsIn(text);
    if (!declarations) return;
    // V8 compiles each expression that it evaluates: one for all names takes much less time than one for each name.
    const now = read(`({ ${declarations.names.join(", ")} })`) as Record<string, unknown>;
    const variables = new Map(Object.entries(now));
    for (const { name, source, line, column } of declarations.functions) {
      const fn = variables.get(name);
      if (typeof fn !== "function" || sourceOf(fn as AnyFunction) !== source) continue;
      this.known.set(fn, variables);
      notePlace(fn as AnyFunction, { scriptId, line, column });
    }
  }
}

/** Returns the first file that exports each function; a file that only re-exports it finishes loading later. */
function exportersAmong(files: ReadonlyMap<string, KeptFile>): ReadonlyMap<unknown, KeptFile> {
  const exporters = new Map<unknown, KeptFile>();
  for (const [path, file] of files) {
    const exported: unknown = require.cache[path]?.exports;
    if (typeof exported !== "object" || exported === null) continue;
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(exported)))
      if (typeof value === "function" && !exporters.has(value)) exporters.set(value, file);
  }
  return exporters;
}
