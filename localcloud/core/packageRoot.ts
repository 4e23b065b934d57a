import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const PACKAGE_NAME = "aws-callbacks-localcloud";

let found: string | undefined;

/**
 * Folder of this package: the same whether the code runs from source, from a bundle in `dist/` or
 * from the cache of `bin/localcloud.js`; throws when `LOCALCLOUD_ROOT` and every parent folder fail.
 */
export function packageRoot(start = __dirname): string {
  if (found) return found;
  // A bundle that was written outside the package (a cache) is told where the package is.
  const told = process.env.LOCALCLOUD_ROOT;
  if (told && isPackageRoot(told)) return (found = told);
  for (let folder = start; ; folder = dirname(folder)) {
    if (isPackageRoot(folder)) return (found = folder);
    if (dirname(folder) === folder)
      throw new Error(`No package.json of ${PACKAGE_NAME} above ${start}.`);
  }
}

/** Path of a file that ships as it is, e.g. `services/lambda/runtime/bootstrap.cjs`. */
export function packageFile(path: string): string {
  return join(packageRoot(), path);
}

function isPackageRoot(folder: string): boolean {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return false;
  const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown };
  return name === PACKAGE_NAME;
}
