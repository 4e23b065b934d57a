import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageFile } from "../../../core/packageRoot";
import { unzip } from "../model/codePackage";
import type { CodePackage } from "../model/model";

/** What AWS's Node.js runtimes carry beside the function's own code. */
const RUNTIME_SCOPES = ["@aws-sdk", "@smithy"];

/** The deployed packages, unpacked once each into a private folder that `remove` takes away. */
export class TaskFolders {
  private root: string | undefined;
  private readonly unpacked = new Map<string, string>();

  /** Folder with the files of the package: `LAMBDA_TASK_ROOT` of its environments. */
  folder(code: CodePackage): string {
    const known = this.unpacked.get(code.sha256);
    if (known) return known;
    this.root ??= createRoot();
    const folder = join(this.root, `task-${this.unpacked.size + 1}`);
    mkdirSync(folder);
    for (const [path, bytes] of unzip(code)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    this.unpacked.set(code.sha256, folder);
    return folder;
  }

  remove(): void {
    if (this.root) rmSync(this.root, { recursive: true, force: true });
    this.root = undefined;
    this.unpacked.clear();
  }
}

/**
 * The SDK v3 of the runtime is found by walking up from the code, as `/var/runtime` is on AWS; no
 * other package is, so that a dependency missing from the zip fails here as it would there.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
function createRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "localcloud-lambda-"));
  const modules = join(root, "node_modules");
  mkdirSync(modules);
  for (const scope of RUNTIME_SCOPES) {
    const installed = scopeFolder(scope);
    if (installed) symlinkSync(installed, join(modules, scope), "junction");
  }
  return root;
}

function scopeFolder(scope: string): string | undefined {
  const probe = scope === "@aws-sdk" ? "@aws-sdk/client-lambda" : "@smithy/core";
  try {
    const entry = createRequire(packageFile("package.json")).resolve(probe);
    return entry.slice(0, entry.lastIndexOf(scope) + scope.length);
  } catch {
    return undefined;
  }
}
