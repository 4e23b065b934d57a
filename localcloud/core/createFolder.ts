import { existsSync, mkdirSync, statSync } from "node:fs";
import * as path from "node:path";

/**
 * Creates a folder that a user has named, and the missing ones above it. Node's `recursive` option never returns where a
 * parent exists that cannot have folders (a link to nothing, `/proc`): it tries the parent and the folder in turns.
 *
 * @throws the system's error
 */
export function createFolder(folder: string, mode?: number): void {
  if (existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) createFolder(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Somebody else may have created it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
