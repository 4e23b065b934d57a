import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import type { Context } from "mocha";
import type { BuildLimits } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/limits";
import {
  builderOf,
  type BuiltZip,
} from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/builder";
import type { Connect } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/proxy";
import { connectPublic } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/publicNetwork";
import { BUILD_USER } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/sandboxScript";
import {
  type Problem,
  problemOf,
} from "../../../../../callbacks/delivery/zipToLambdaPipeline/deploy/problem";
import { bytesSource } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/sources";
import { zipOf } from "../../../../support/zips/zipApp";

const MB = 2 ** 20;

export const LIMITS: BuildLimits = {
  // No test reaches it, and this computer may be slow.
  seconds: 120,
  memoryBytes: 1024 * MB,
  diskBytes: 64 * MB,
  files: 2000,
  processes: 256,
};

/** Result of a build: its output, and the reason why it failed. */
export interface BuildResult {
  readonly problem: Problem | undefined;
  readonly output: string;
  readonly zip: Buffer | undefined;
}

/** Checks whether sandboxes work here: they need root on Linux, and a container may deny them even to root. */
export function canIsolate(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const namespaces = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork"];
  return spawnSync("unshare", [...namespaces, "true"]).status === 0;
}

/** Skips a test in the report where no sandbox can be created. */
export function needsIsolation(this: Context): void {
  if (!canIsolate()) this.skip();
}

let builds = 0;

/** Builds files with commands like a worker. */
export async function build(
  commands: string | readonly string[],
  {
    files = { "index.js": "exports.handler = async () => 1;\n" },
    limits = {},
    connect = (host, port) => connectPublic(host, port),
  }: {
    readonly files?: Readonly<Record<string, string>>;
    readonly limits?: Partial<BuildLimits>;
    readonly connect?: Connect;
  } = {},
): Promise<BuildResult> {
  const builder = builderOf({ limits: { ...LIMITS, ...limits }, connect });
  builds += 1;
  const id = `build-${process.pid}-${builds}`;
  try {
    const built = await builder.build(bytesSource(zipOf(files)), [commands].flat(), id);
    return { problem: undefined, output: built.output, zip: bytesOf(built) };
  } catch (error) {
    const problem = problemOf(error);
    if (!problem) throw error;
    return { problem, output: problem.buildOutput ?? "", zip: undefined };
  }
}

function bytesOf({ path, remove }: BuiltZip): Buffer {
  try {
    return readFileSync(path);
  } finally {
    remove();
  }
}

/** How often to check whether killed processes have ended: on a busy computer the kernel takes a moment. */
const MOST_CHECKS = 100;

/** @throws when builds of this process leave something on this computer. */
export async function expectNothingLeft(): Promise<void> {
  for (let check = 0; check < MOST_CHECKS && leftovers().length > 0; check += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(leftovers()).to.deep.equal([]);
}

/** Returns processes, mounts visible to this process, files, and descriptors. */
function leftovers(): string[] {
  const processes = readdirSync("/proc").filter((pid) => isOfBuilds(pid));
  const mounts = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("build "));
  const files = readdirSync("/tmp").filter((name) => name.startsWith(`build-${process.pid}-`));
  const descriptors = readdirSync("/proc/self/fd").filter((fd) => isOfSandbox(fd));
  return [...processes, ...mounts, ...files, ...descriptors];
}

function isOfBuilds(pid: string): boolean {
  const path = `/proc/${pid}/status`;
  try {
    if (!existsSync(path) || !readFileSync(path, "utf8").includes(`\nUid:\t${BUILD_USER}\t`))
      return false;
    // Other tests may build at the same time; processes without an owner are leftovers of one of them.
    return [process.pid, undefined].includes(ownerOf(pid));
  } catch {
    // It has ended meanwhile.
    return false;
  }
}

/** Returns the Node.js process outside of sandboxes that a process descends from. */
function ownerOf(pid: string): number | undefined {
  const [, parent = "0"] = /\nPPid:\t(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  if (Number(parent) <= 1) return undefined;
  const isOutside = readlinkSync(`/proc/${parent}/ns/pid`) === readlinkSync("/proc/self/ns/pid");
  const isNode = readFileSync(`/proc/${parent}/comm`, "utf8").startsWith("node");
  return isOutside && isNode ? Number(parent) : ownerOf(parent);
}

function isOfSandbox(fd: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`) === "/" && fd !== "0";
  } catch {
    return false;
  }
}
