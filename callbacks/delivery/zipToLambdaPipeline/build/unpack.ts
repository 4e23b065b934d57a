import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { inflate } from "../inspect/contents";
import { readDirectory } from "../inspect/directory";
import { readEndRecord } from "../inspect/endRecord";
import { placeEntries } from "../inspect/layout";
import { DEFAULT_LIMITS, type ZipSource } from "../inspect/model";

export const deploymentOnlyModule = true;

/** Every file is executable: archives of some systems do not record modes. */
const MODE = 0o755;

/** Writes the files of an inspected archive into an empty folder. */
export async function unpack(source: ZipSource, folder: string): Promise<void> {
  const end = await readEndRecord(source, DEFAULT_LIMITS);
  const directory = await readDirectory(source, end, DEFAULT_LIMITS);
  for await (const entry of placeEntries(source, directory, end)) {
    const path = join(folder, entry.name);
    mkdirSync(entry.folder ? path : dirname(path), { recursive: true, mode: MODE });
    if (entry.folder) continue;
    const file = openSync(path, "wx", MODE);
    try {
      await inflate(
        source,
        entry,
        (bytes) => writeAll(file, bytes),
        () => undefined,
      );
    } finally {
      closeSync(file);
    }
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) at += writeSync(file, bytes, at);
}
