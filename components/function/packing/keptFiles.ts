import { KEPT } from "./remember";

/** A file that a process which runs a program again and again has compiled itself, so that it can look into it. */
export interface KeptFile {
  readonly text: string;
  /** V8's id of it. */
  readonly script: string;
  /** What an expression means in the file, outside of its functions. It was loaded to its end: all variables are there. */
  readonly read: (expression: string) => unknown;
}

/** By the path; none in any other process. */
export function keptFiles(): ReadonlyMap<string, KeptFile> {
  const kept: unknown = Reflect.get(globalThis, KEPT);
  const files: unknown = kept instanceof Map ? kept.get("files") : undefined;
  // What compiledModules.cjs of the local cloud keeps there.
  return files instanceof Map ? (files as ReadonlyMap<string, KeptFile>) : new Map();
}
