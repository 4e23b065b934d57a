import type { AnyFunction } from "../closureScope";
import type { LoadedModule } from "../loadedModules";

/** The module that exports a class under the class's own name. */
export interface Export {
  exported: object;
  module: LoadedModule;
  name: string;
}

/** Returns the module of Node.js, of a package or of a deployment library that exports the class or function. */
export function exportOf(
  fn: AnyFunction,
  modules: ReadonlyMap<unknown, LoadedModule>,
): Export | undefined {
  const { name } = fn;
  if (name === "") return undefined;
  for (const [value, module] of modules) {
    if (module.kind === "local") continue;
    const exported = value as object;
    if (Object.hasOwn(exported, name) && Reflect.get(exported, name) === fn)
      return { exported, module, name };
  }
  return undefined;
}
