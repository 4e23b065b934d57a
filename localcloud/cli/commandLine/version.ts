import { readFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../../core/packageRoot";

export function version(): string {
  const manifest = readFileSync(path.join(packageRoot(), "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
