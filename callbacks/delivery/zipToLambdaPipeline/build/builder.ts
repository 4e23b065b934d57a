import { closeSync, openSync, readSync, fstatSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nameOf } from "../../../retry";
import { rejectedUpload } from "../deploy/problem";
import type { ZipSource } from "../inspect/model";
import { shown, rejectionOf } from "../inspect/reject";
import { buildOutput } from "./buildOutput";
import type { BuildLimits } from "./limits";
import { packFolder } from "./packFolder";
import type { Connect } from "./proxy";
import { inSandbox, NO_SANDBOX, type Ran } from "./sandbox";
import { unpack } from "./unpack";

export const deploymentOnlyModule = true;

/** Runs the build commands of zips; only workers on instances have a builder. */
export interface Builder {
  /** Seconds that one build may take. */
  readonly seconds: number;
  /**
   * Runs commands on the files of an archive that has passed the inspection.
   *
   * @param id makes the file name unique.
   * @throws a rejection for a build that fails, exceeds a limit or cannot be isolated from the worker.
   */
  build(source: ZipSource, commands: readonly string[], id: string): Promise<BuiltZip>;
}

/** The zip that a build has produced, on the worker's disk. */
export interface BuiltZip {
  readonly source: ZipSource;
  readonly path: string;
  /** Last lines of the commands' output. */
  readonly output: string;
  /** Deletes it from the disk. */
  remove(): void;
}

export interface BuilderOptions {
  readonly limits: BuildLimits;
  /** Connects builds to the hosts that they may reach. */
  readonly connect: Connect;
  /** Platform and user of the worker. Default: those of the process. */
  readonly worker?: { readonly platform: NodeJS.Platform; readonly user: number | undefined };
}

export function builderOf({ limits, connect, worker = thisProcess() }: BuilderOptions): Builder {
  return {
    seconds: limits.seconds,
    async build(source, commands, id) {
      if (worker.platform !== "linux" || worker.user !== 0)
        throw notIsolated("this worker is not root on Linux");
      const output = buildOutput();
      const path = join(tmpdir(), `${id}.built.zip`);
      // A new file that only this process can read.
      const file = openSync(path, "wx+", 0o600);
      const remove = (): void => {
        closeSync(file);
        rmSync(path, { force: true });
      };
      const options = {
        commands,
        limits,
        connect,
        onOutput: (bytes: Buffer) => output.take(bytes),
        fill: (folder: string) => unlessFull(limits, () => unpack(source, folder)),
      };
      try {
        await inSandbox(options, async (folder, ran) => {
          checkRan(ran, limits, output.text());
          await packFolder(folder, file);
        });
      } catch (error) {
        remove();
        const rejected = rejectionOf(error);
        if (rejected) throw rejectedUpload({ ...rejected, buildOutput: output.text() });
        if (nameOf(error) === NO_SANDBOX) throw notIsolated((error as Error).message);
        throw error;
      }
      return { source: sourceOf(file), path, output: output.text(), remove };
    },
  };
}

function thisProcess(): Required<BuilderOptions>["worker"] {
  return { platform: process.platform, user: process.getuid?.() };
}

/** Rejects: a zip with `build` is never built without isolation. */
function notIsolated(why: string): Error {
  return rejectedUpload({
    code: "buildNotIsolated",
    message: `a build runs only if it can be isolated from the worker: ${shown(why)}`,
    fix: "let the worker be root on Linux, with unshare, setpriv and prlimit (util-linux), ip and bash 5; or build before zipping, and leave build out",
  });
}

function checkRan(
  ran: Ran,
  { seconds, memoryBytes, diskBytes }: BuildLimits,
  output: string,
): void {
  if (ran.kind === "done") return;
  const command = `the build's command '${shown(ran.command)}'`;
  switch (ran.kind) {
    case "failed":
      throw rejectedUpload({
        code: "buildFailed",
        message: `${command} ended with exit code ${ran.code}`,
        fix: /ENOSPC|No space left|Disk quota/i.test(output)
          ? `a build has ${megabytes(diskBytes)} MB of disk: leave something out, or take a larger instances.instanceType`
          : "fix what buildOutput reports, and upload again",
        buildOutput: output,
      });
    case "time":
      throw rejectedUpload({
        code: "buildTooLong",
        message: `${command} was ended: a build has ${seconds} s`,
        fix: "do less in the build, or set instances.buildTimeout",
        buildOutput: output,
      });
    case "memory":
      throw rejectedUpload({
        code: "buildTooLarge",
        message: `${command} was ended: a build has ${megabytes(memoryBytes)} MB of memory`,
        fix: "do less at a time, or take a larger instances.instanceType",
        buildOutput: output,
      });
  }
}

async function unlessFull({ diskBytes }: BuildLimits, fill: () => Promise<void>): Promise<void> {
  try {
    await fill();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    throw rejectedUpload({
      code: "tooLarge",
      message: `the files do not fit on the disk of a build, which has ${megabytes(diskBytes)} MB`,
      fix: "leave something out, or take a larger instances.instanceType",
    });
  }
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}

function sourceOf(file: number): ZipSource {
  const { size } = fstatSync(file);
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
  };
  return { size, read };
}
