import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { ServerResponse } from "node:http";
import { packageFile } from "../../core/packageRoot";
import { sendFile } from "./send";

/** Path of the console below its address. */
export const CONSOLE_PATH = "/_localcloud/console";

const TYPES: Readonly<Record<string, string>> = {
  "index.html": "text/html; charset=utf-8",
  "app.js": "text/javascript; charset=utf-8",
  "app.css": "text/css; charset=utf-8",
};

/** Serves the page and its two files; returns false for every other path. They contain no data of the cloud. */
export function pageRequest(pathname: string, outgoing: ServerResponse): boolean {
  if (pathname !== CONSOLE_PATH && !pathname.startsWith(`${CONSOLE_PATH}/`)) return false;
  const name = pathname.slice(CONSOLE_PATH.length + 1) || "index.html";
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (type) sendFile(outgoing, 200, type, readFileSync(path.join(folder(), name)));
  else sendFile(outgoing, 404, "text/plain", "The console has no such file.\n");
  return true;
}

/**
 * Returns the folder of the page. The installed package contains it; in the repository it is bundled after changes.
 */
function folder(): string {
  if (!existsSync(packageFile("console/app.tsx"))) return packageFile("dist/console");
  const root = packageFile(".");
  const { bundleForConsole } = createRequire(packageFile("package.json"))("./bin/bundle.js") as {
    bundleForConsole(root: string, outdir: string): string;
  };
  return path.dirname(bundleForConsole(root, path.join(root, ".cache/console")));
}
