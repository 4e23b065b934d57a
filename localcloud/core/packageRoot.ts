import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const PACKAGE_NAME = "aws-callbacks-localcloud";

let found: string | undefined;

/**
 * Returns the folder of this package. It is the same whether the code runs from source, from `dist/` or from the
 * cache of `bin/localcloud.js`, because all are below it.
 */
export function packageRoot(start = __dirname): string {
  if (found) return found;
  for (let folder = start; ; folder = dirname(folder)) {
    if (isPackageRoot(folder)) return (found = folder);
    if (dirname(folder) === folder)
      throw new Error(`No package.json of ${PACKAGE_NAME} above ${start}.`);
  }
}

/** Returns the path of a file that is shipped unchanged, e.g. `services/lambda/runtime/node/bootstrap.cjs`. */
export function packageFile(path: string): string {
  return join(packageRoot(), path);
}

function isPackageRoot(folder: string): boolean {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return false;
  const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown };
  return name === PACKAGE_NAME;
}
