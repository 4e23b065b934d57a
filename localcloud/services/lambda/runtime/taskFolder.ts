import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageFile } from "../../../core/packageRoot";
import { unzip } from "../model/codePackage";
import type { CodePackage } from "../model/model";
import type { EnvironmentHome } from "./environment";
import { Watchdog } from "../../../core/watchdog";

/** What AWS's Node.js runtimes carry beside the function's own code. */
const RUNTIME_SCOPES = ["@aws-sdk", "@smithy"];

/** The deployed packages, unpacked once each into a private folder that `remove` takes away. */
export class TaskFolders {
  private root: string | undefined;
  private watchdog: Watchdog | undefined;
  private readonly unpacked = new Map<string, string>();
  private tried = 0;

  /** The files of the package, for `LAMBDA_TASK_ROOT` of its environments. */
  home(code: CodePackage): EnvironmentHome {
    this.root ??= createRoot();
    this.watchdog ??= new Watchdog(this.root, "LAMBDA_TASK_ROOT");
    const taskRoot = this.folder(this.root, code);
    return { taskRoot, watchdog: this.watchdog, codeCache: codeCache() };
  }

  /** Resolves when the folders and all that ran in them are gone. */
  async remove(): Promise<void> {
    await this.watchdog?.close();
    if (this.root) rmSync(this.root, { recursive: true, force: true });
    this.root = this.watchdog = undefined;
    this.unpacked.clear();
  }

  private folder(root: string, code: CodePackage): string {
    const known = this.unpacked.get(code.sha256);
    // A function may have removed its own code.
    if (known && existsSync(known)) return known;
    this.tried += 1;
    const folder = join(root, `task-${this.tried}`);
    try {
      unpack(code, folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    this.unpacked.set(code.sha256, folder);
    return folder;
  }
}

/** Read-only files, as those in `/var/task` are. */
function unpack(code: CodePackage, folder: string): void {
  mkdirSync(folder);
  for (const [path, bytes] of unzip(code)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode: 0o444 });
  }
}

/**
 * The SDK v3 of the runtime is found by walking up from the code, as `/var/runtime` is on AWS; no
 * other package is, so that a dependency missing from the zip fails here as it would there.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
function createRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "localcloud-lambda-"));
  try {
    const modules = join(root, "node_modules");
    mkdirSync(modules);
    for (const scope of RUNTIME_SCOPES) {
      const installed = scopeFolder(scope);
      if (installed) symlinkSync(installed, join(modules, scope), "junction");
    }
    return root;
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

/** Beside the other caches of installed packages; undefined where the runtime's own are not installed. */
function codeCache(): string | undefined {
  const sdk = scopeFolder("@aws-sdk");
  return sdk && join(dirname(sdk), ".cache/aws-callbacks-localcloud/workers");
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
