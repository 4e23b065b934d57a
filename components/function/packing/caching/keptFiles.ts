import { KEPT } from "./remember";

/** A file that a process which runs a program repeatedly has compiled in a way that makes its variables readable. */
export interface KeptFile {
  readonly text: string;
  /** V8's id of the script. */
  readonly script: string;
  /** Evaluates an expression in the top-level scope of the file. The file has run to its end: all variables are set. */
  readonly read: (expression: string) => unknown;
}

/** Returns the files by path; an empty map in a process that does not keep them. */
export function keptFiles(): ReadonlyMap<string, KeptFile> {
  const kept: unknown = Reflect.get(globalThis, KEPT);
  const files: unknown = kept instanceof Map ? kept.get("files") : undefined;
  // Filled by compiledModules.cjs of the local cloud.
  return files instanceof Map ? (files as ReadonlyMap<string, KeptFile>) : new Map();
}
