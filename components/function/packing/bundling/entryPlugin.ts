import type * as esbuild from "esbuild";
import { CaptureError } from "../captureError";
import { type Dependency, dependencyKey, exportDependency, type Places } from "./dependencies";
import { type DependencyExport, FACADE } from "./facades";

/** Namespace of the modules that this plugin generates. */
export const NAMESPACE = "aws-callbacks";
/** Name of the generated module that exports what the text uses. */
export const ENTRY = "entry:deps";

/** How index.js accesses each dependency, by `dependencyKey`. */
export type Exports = Map<string, DependencyExport>;

/** Provides the generated entry module and the facades that it imports; adds how to access each dependency. */
export function entryPlugin(
  dependencies: Dependency[],
  places: Places,
  accesses: Exports,
  failures: CaptureError[],
): esbuild.Plugin {
  const facades = new Map<string, string>();
  const loadEntry = async (build: esbuild.PluginBuild): Promise<string> => {
    const lines: string[] = [];
    for (const [i, dependency] of dependencies.entries()) {
      const exported = await exportDependency(build, dependency, `m${i}`, places);
      if (!exported) continue;
      accesses.set(dependencyKey(dependency), exported);
      lines.push(exported.code);
      if (exported.facade) facades.set(`${FACADE}m${i}`, exported.facade);
    }
    return lines.join("\n");
  };
  const plugin: esbuild.Plugin = {
    name: "dependencies",
    setup(build) {
      const namespace = NAMESPACE;
      build.onResolve({ filter: /^(entry|facade):/ }, (args) => ({ path: args.path, namespace }));
      build.onLoad({ filter: /./, namespace }, async (args) => ({
        contents: args.path === ENTRY ? await loadEntry(build) : facades.get(args.path),
        resolveDir: places.folders[0],
      }));
    },
  };
  return storeErrors(plugin, failures);
}

/** Stores the errors that a plugin throws, to rethrow them unchanged: esbuild turns them into text. */
export function storeErrors(plugin: esbuild.Plugin, failures: CaptureError[]): esbuild.Plugin {
  const keep = <Args, Result>(callback: (args: Args) => Result | Promise<Result>) => {
    return async (args: Args): Promise<Result> => {
      try {
        return await callback(args);
      } catch (error) {
        if (error instanceof CaptureError) failures.push(error);
        throw error;
      }
    };
  };
  return {
    name: plugin.name,
    setup: (build) =>
      plugin.setup({
        ...build,
        onResolve: (options, callback) => build.onResolve(options, keep(callback)),
        onLoad: (options, callback) => build.onLoad(options, keep(callback)),
      }),
  };
}
