import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** Folders that still have to be deleted when the process ends. */
const kept = new Set<string>();

/** Creates a folder for temporary files. It is deleted at the latest when the process ends. */
export function createTemporaryFolder(prefix: string): TemporaryFolder {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  return { path: folder, remove: deleteAtExit(folder) };
}

/**
 * Deletes a folder, which need not exist yet, when the process ends: at a second Ctrl-C and after an unexpected error
 * too. The returned function deletes it earlier.
 */
export function deleteAtExit(folder: string): () => void {
  if (kept.size === 0) process.once("exit", deleteAll);
  kept.add(folder);
  return () => {
    rmSync(folder, { recursive: true, force: true });
    kept.delete(folder);
    if (kept.size === 0) process.off("exit", deleteAll);
  };
}

function deleteAll(): void {
  for (const folder of kept) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // A child process that has not ended yet still writes into it.
    }
  }
}
