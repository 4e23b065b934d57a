import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export const MEGABYTE = 1024 * 1024;

/** Bytes of the heap and of buffers that something still holds. */
export function heldMemory(): number {
  const collect = collector();
  collect();
  // Buffers that the first has found are given back beside the program, and counted out at the next.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Takes away what nothing holds any more, so that what is left is held. */
export function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
