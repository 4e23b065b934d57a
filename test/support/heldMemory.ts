import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export const MEGABYTE = 1024 * 1024;

/** Returns the bytes of the heap and of buffers that are still referenced. */
export function heldMemory(): number {
  const collect = collector();
  collect();
  // Buffers that the first collection finds are freed concurrently, and only counted after the second.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Returns the garbage collector, so that only referenced memory is left. */
export function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
