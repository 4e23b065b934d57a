import { type AnyFunction, notePlace } from "./closureScope";
import { declarationsIn } from "./declarations";
import { type KeptFile, keptFiles } from "./keptFiles";
import { sourceOf } from "./refusal";

type Variables = ReadonlyMap<string, unknown>;

/**
 * What the functions see that files declare outside of all others: the variables of their file, and nothing else. In a
 * process that compiles the files itself these are known without V8's inspector, which takes longer than all else that
 * packing does. It is taken for true only of a function that a file still has under the name of its declaration.
 */
export class FileVariables {
  private readonly files = keptFiles();
  private readonly known = new Map<unknown, Variables>();
  private readonly entered = new Set<KeptFile>();
  private exporters: ReadonlyMap<unknown, KeptFile> | undefined;

  /** Undefined for any other function. */
  of(fn: AnyFunction, names: readonly string[]): Variables | undefined {
    if (this.files.size === 0) return undefined;
    this.exporters ??= exportersAmong(this.files);
    const file = this.exporters.get(fn);
    if (file && !this.entered.has(file)) this.enter(file);
    const variables = this.known.get(fn);
    return variables && new Map([...variables].filter(([name]) => names.includes(name)));
  }

  /** All functions of a file at once: those that it does not export are met in those that it does. */
  private enter(file: KeptFile): void {
    this.entered.add(file);
    const { text, script: scriptId, read } = file;
    const declarations = declarationsIn(text);
    if (!declarations) return;
    // V8 compiles what it is to read: one text takes much less than one for each name.
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

/** Which file exports a function first: one that only hands it on is done later. */
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
