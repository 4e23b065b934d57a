import { totalmem } from "node:os";
import { DEFAULT_LIMITS } from "../inspect/model";

export const deploymentOnlyModule = true;

/** Limits of a build. */
export interface BuildLimits {
  /** For all commands together. */
  readonly seconds: number;
  /** For all processes together. */
  readonly memoryBytes: number;
  /** For all files: those of the zip, the build's results, and caches. They are in memory too. */
  readonly diskBytes: number;
  /** Files and folders. */
  readonly files: number;
  /** Concurrent processes and threads. */
  readonly processes: number;
}

const SHARE = 0.4;
const PROCESSES = 512;
/** The files of the app, and those that tools leave in their own folders. */
const FILES = 4 * DEFAULT_LIMITS.entries;

/**
 * Computes the limits. Memory and disk are shares of the instance's memory: a larger instance type allows larger
 * builds.
 */
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
