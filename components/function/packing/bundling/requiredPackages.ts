import type * as esbuild from "esbuild";
import * as path from "node:path";
import { packageOf } from "./packages";

/**
 * Returns the folder of the package whose ES build lacks a name that another package imports; undefined for another
 * error. Node.js ignores the field `module`, so the importer may know only the CommonJS build.
 */
export function packageWithoutExport(error: unknown, folder: string): string | undefined {
  const [message] = (error as Partial<esbuild.BuildFailure>).errors ?? [];
  const [, file] = /^No matching export in "(.+)" for import /.exec(message?.text ?? "") ?? [];
  return file === undefined ? undefined : directoryOf(file, folder);
}

/**
 * Returns the folders of the packages whose ES and CommonJS builds are both in a bundle, each loaded from outside of
 * the package: two copies of its state, whose objects are not `instanceof` each other's classes. A package whose ES
 * build uses CommonJS files of its own is in the bundle once.
 */
export function packagesBundledTwice(
  { inputs, outputs }: esbuild.Metafile,
  folder: string,
): ReadonlySet<string> {
  const packages = new Map(Object.keys(inputs).map((input) => [input, directoryOf(input, folder)]));
  const loaded = new Formats();
  for (const [importer, { imports }] of Object.entries(inputs))
    for (const { path: input } of imports)
      if (packages.get(input) !== packages.get(importer))
        loaded.add(packages.get(input), inputs[input]?.format);
  const included = new Formats();
  for (const [input, { bytesInOutput }] of Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs),
  ))
    if (bytesInOutput > 0) included.add(packages.get(input), inputs[input]?.format);
  return new Set([...loaded.both()].filter((directory) => included.both().has(directory)));
}

/** The formats of the files of each package. */
class Formats {
  private readonly found = new Map<string, Set<string>>();

  add(directory: string | undefined, format: string | undefined): void {
    if (directory === undefined || format === undefined) return;
    this.found.set(directory, (this.found.get(directory) ?? new Set()).add(format));
  }

  both(): Set<string> {
    return new Set([...this.found].flatMap(([name, { size }]) => (size > 1 ? [name] : [])));
  }
}

/** Returns the folder of the package of an input; undefined for a generated module. */
function directoryOf(input: string, folder: string): string | undefined {
  const isGenerated = /^[\w-]{2,}:/.test(input);
  return isGenerated ? undefined : packageOf(path.resolve(folder, input))?.directory;
}
