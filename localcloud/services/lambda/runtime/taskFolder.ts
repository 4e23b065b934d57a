import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageFile } from "../../../core/packageRoot";
import { createTemporaryFolder, type TemporaryFolder } from "../../../core/temporaryFolder";
import { unzip } from "../model/codePackage";
import type { CodePackage } from "../model/model";
import type { EnvironmentHome } from "./environment";
import { Watchdog } from "../../../core/machines/watchdog";

/** Packages that AWS's Node.js runtimes include in addition to the function's own code. */
const RUNTIME_SCOPES = ["@aws-sdk", "@smithy"];

/**
 * Bytes of unused unpacked code that are kept for the next start. Lambda's limit for one unzipped function is 250 MB.
 */
const MAX_UNUSED_BYTES = 256 * 1024 * 1024;

interface Unpacked {
  readonly folder: string;
  readonly bytes: number;
  /** Number of environments that use the code. */
  users: number;
  /** False once the function that the code was unpacked for is deleted. */
  wanted: boolean;
}

/**
 * The deployed packages, each unpacked once into a private folder; `remove` deletes all of them. Code that no
 * environment uses is deleted with its function, and otherwise, longest unused first, when it exceeds the limit.
 */
export class TaskFolders {
  private root: TemporaryFolder | undefined;
  private watchdog: Watchdog | undefined;
  /** By the package's hash; longest unused first. */
  private readonly unpacked = new Map<string, Unpacked>();
  private tried = 0;

  constructor(private readonly maxUnusedBytes = MAX_UNUSED_BYTES) {}

  /** Returns the package's files as `LAMBDA_TASK_ROOT` of an environment, which must release them when it ends. */
  home(code: CodePackage): EnvironmentHome {
    this.root ??= createRoot();
    this.watchdog ??= new Watchdog(this.root.path, "LAMBDA_TASK_ROOT");
    const one = this.take(this.root.path, code);
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      one.users -= 1;
      this.tidy();
    };
    return { taskRoot: one.folder, watchdog: this.watchdog, codeCache: codeCache(), release };
  }

  /** Deletes the package as soon as no environment uses it, because its function is deleted. */
  forget({ sha256 }: CodePackage): void {
    const one = this.unpacked.get(sha256);
    if (one) one.wanted = false;
    this.tidy();
  }

  /** Resolves when the folders are deleted and all processes in them have ended. */
  async remove(): Promise<void> {
    await this.watchdog?.close();
    this.root?.remove();
    this.root = this.watchdog = undefined;
    this.unpacked.clear();
  }

  private take(root: string, code: CodePackage): Unpacked {
    const known = this.unpacked.get(code.sha256);
    this.unpacked.delete(code.sha256);
    // A function may have deleted its own code.
    const one = known && existsSync(known.folder) ? known : this.unpack(root, code);
    this.unpacked.set(code.sha256, one);
    one.users += 1;
    one.wanted = true;
    return one;
  }

  private unpack(root: string, code: CodePackage): Unpacked {
    this.tried += 1;
    const folder = join(root, `task-${this.tried}`);
    try {
      return { folder, bytes: unpack(code, folder), users: 0, wanted: true };
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private tidy(): void {
    const unused = [...this.unpacked].filter(([, { users }]) => users === 0);
    let bytes = unused.reduce((sum, [, one]) => sum + one.bytes, 0);
    for (const [sha256, one] of unused) {
      if (one.wanted && bytes <= this.maxUnusedBytes) continue;
      rmSync(one.folder, { recursive: true, force: true });
      this.unpacked.delete(sha256);
      bytes -= one.bytes;
    }
  }
}

/** Writes the package's files, read-only as in `/var/task`. @returns their total size in bytes */
function unpack(code: CodePackage, folder: string): number {
  mkdirSync(folder);
  let written = 0;
  for (const [path, bytes] of unzip(code)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode: 0o444 });
    written += bytes.length;
  }
  return written;
}

/**
 * Creates the folder for unpacked code, in which Node finds the runtime's AWS SDK v3 by walking up from the code,
 * like `/var/runtime` on AWS. It finds no other package there, so a dependency that the zip lacks fails as on AWS.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
function createRoot(): TemporaryFolder {
  const root = createTemporaryFolder("localcloud-lambda-");
  try {
    const modules = join(root.path, "node_modules");
    mkdirSync(modules);
    for (const scope of RUNTIME_SCOPES) {
      const installed = scopeFolder(scope);
      if (installed) symlinkSync(installed, join(modules, scope), "junction");
    }
    return root;
  } catch (error) {
    root.remove();
    throw error;
  }
}

/**
 * Returns the cache folder, beside other caches of installed packages; undefined if the runtime's packages are not
 * installed.
 */
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
