import { cpSync, mkdirSync, mkdtempSync } from "node:fs";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");
const PROGRAM = [
  ...["index.ts", "package.json", "tsconfig.json", "Pulumi.yaml", "Pulumi.dev.yaml"],
  ...["stacks", "components", "callbacks"],
];

/**
 * Copies a checkout's stack dev next to its packages, so that its transpiled code is cached as in a program of a user.
 */
export function copyDevProgram(name: string, checkout = ROOT): string {
  const home = path.join(checkout, ".cache");
  mkdirSync(home, { recursive: true });
  const directory = mkdtempSync(path.join(home, `${name}-`));
  for (const part of PROGRAM)
    cpSync(path.join(checkout, part), path.join(directory, part), { recursive: true });
  return directory;
}
