import {
  closeSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { zipSync } from "fflate";
import { inspectZip } from "../../../callbacks/delivery/zipToLambdaPipeline/inspect/inspectZip";
import type { InspectionResult } from "../../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import { collector } from "../heldMemory";

export const MB = 1024 * 1024;
/** The largest zip that Lambda accepts in a direct upload. */
export const LARGE_BYTES = 50 * MB;
const FILE_BYTES = 2 * MB;

export interface LargeInspection {
  readonly verdict: InspectionResult;
  /** Number of reads, of a megabyte each. */
  readonly reads: number;
  /** The most bytes in memory at a time. */
  readonly most: number;
  readonly milliseconds: number;
}

/**
 * Inspects a zip of 50 MB on the disk.
 *
 * @param isMeasured whether to measure the memory, which takes time.
 */
export async function inspectLarge(isMeasured: boolean): Promise<LargeInspection> {
  const folder = mkdtempSync(path.join(tmpdir(), "zip-large-"));
  const zip = path.join(folder, "app.zip");
  writeFileSync(zip, largeZip());
  const file = openSync(zip, "r");
  const collect = isMeasured ? collector() : () => undefined;
  let reads = 0;
  let most = 0;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    reads += 1;
    if (isMeasured && reads % 8 === 0) {
      collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
  };
  collect();
  const before = process.memoryUsage().arrayBuffers;
  const begin = performance.now();
  try {
    const source = { size: statSync(zip).size, read };
    const verdict = await inspectZip(source, { settings: {}, now: () => Date.now() });
    return { verdict, reads, most, milliseconds: performance.now() - begin };
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

/** Creates a zip of incompressible files, so that it is as large as its contents. */
function largeZip(): Uint8Array {
  const entries: Record<string, Uint8Array> = {
    "index.js": Buffer.from("exports.handler = async () => 1;\n"),
  };
  for (let index = 0; index < LARGE_BYTES / FILE_BYTES; index += 1)
    entries[`data/${index}.bin`] = Buffer.alloc(FILE_BYTES, `file ${index} `);
  return zipSync(entries, { level: 0 });
}
