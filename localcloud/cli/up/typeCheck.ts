import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { setPriority } from "node:os";
import * as path from "node:path";
import { onLines } from "../../engine/program/program";
import type { Project } from "../../engine/project/project";

/** Errors that are printed after a save; the rest is only counted. */
const SHOWN = 10;

/**
 * Checks a program's types in the background, at the lowest priority: a saved change is deployed without waiting for
 * it. A check is cancelled when the next one starts.
 */
export class TypeCheck {
  private running: ChildProcess | undefined;
  private hadErrors = false;

  /** @param buildInfo file that the compiler keeps between checks. */
  constructor(
    private readonly project: Pick<Project, "directory" | "programDirectory">,
    private readonly buildInfo: string,
    private readonly print: (lines: readonly string[]) => void,
  ) {}

  /** Starts a check; errors are printed when they are found. */
  start(): void {
    void this.stop();
    const { directory, programDirectory } = this.project;
    const config = [programDirectory, directory]
      .map((folder) => path.join(folder, "tsconfig.json"))
      .find((file) => existsSync(file));
    const compiler = compilerOf(programDirectory);
    if (config === undefined || compiler === undefined) return;
    const flags = ["--noEmit", "--pretty", "false", "--incremental"];
    const child = spawn(
      process.execPath,
      [compiler, "--project", config, ...flags, "--tsBuildInfoFile", this.buildInfo],
      { cwd: directory, stdio: ["ignore", "pipe", "ignore"] },
    );
    this.running = child;
    if (child.pid !== undefined) setPriority(child.pid, 19);
    const errors: string[] = [];
    onLines(child.stdout, (line) => /error TS\d+:/.test(line) && errors.push(line));
    child.once("error", () => undefined);
    child.once("close", () => {
      // Otherwise it was cancelled, and its result is incomplete.
      if (this.running === child) this.report(errors);
    });
  }

  /** Cancels the check. Resolves when its process does not exist any more. */
  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    // `kill` returns false for a process that has ended or never began.
    if (running?.kill("SIGKILL")) await once(running, "exit");
  }

  private report(errors: readonly string[]): void {
    this.running = undefined;
    if (errors.length === 0 && this.hadErrors) this.print(["types: no errors any more"]);
    const more = errors.length - SHOWN;
    this.print([
      ...errors
        .slice(0, SHOWN)
        .map((line) => `type error: ${line.replace(/: error (TS\d+):/, " $1:")}`),
      ...(more > 0 ? [`type error: and ${more} more`] : []),
    ]);
    this.hadErrors = errors.length > 0;
  }
}

/** Returns the program's own compiler. */
function compilerOf(directory: string): string | undefined {
  try {
    return createRequire(path.join(directory, "package.json")).resolve("typescript/bin/tsc");
  } catch {
    return undefined;
  }
}
