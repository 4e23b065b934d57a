import { totalmem } from "node:os";
import { DEFAULT_LIMITS } from "../inspect/model";

export const deploymentOnlyModule = true;

/** What a build may take. */
export interface BuildLimits {
  /** Of all commands together. */
  readonly seconds: number;
  /** Of all its processes together. */
  readonly memoryBytes: number;
  /** Of all its files: those of the zip, what it makes of them, and caches. They are in memory too. */
  readonly diskBytes: number;
  /** Files and folders. */
  readonly files: number;
  /** Processes and threads at a time. */
  readonly processes: number;
}

const SHARE = 0.4;
const PROCESSES = 512;
/** Those of the app, and what the tools leave in their own folders. */
const FILES = 4 * DEFAULT_LIMITS.entries;

/** Memory and disk are shares of what the instance has: a larger type of instance takes larger builds. */
export function limitsOf(seconds: number, memory: number = totalmem()): BuildLimits {
  const share = Math.floor(memory * SHARE);
  return {
    seconds,
    memoryBytes: share,
    diskBytes: share,
    files: FILES,
    processes: PROCESSES,
  };
}
