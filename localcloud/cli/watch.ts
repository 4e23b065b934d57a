import { readdirSync, statSync, watch, type FSWatcher } from "node:fs";
import * as path from "node:path";

/** Folders that never hold sources of the program. */
const IGNORED = /^(node_modules|dist|coverage|docs|test|bench|localcloud|\..*)$/;

/** Only these can change what the program deploys. */
const SOURCES = /\.(ts|tsx|js|cjs|mjs|json|ya?ml)$/;

/** Editors write a file in several steps; changes within this many ms are one. */
const DEBOUNCE_MS = 150;

/**
 * Calls `onChange` with the files that were saved. Runs one call at a time; what is saved during a
 * call is handed to the next. Ends with the signal.
 */
export function watchSources(
  directory: string,
  signal: AbortSignal,
  onChange: (files: readonly string[]) => Promise<void>,
): void {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  const run = async (): Promise<void> => {
    if (running || changed.size === 0) return;
    running = true;
    const files = [...changed];
    changed.clear();
    try {
      await onChange(files);
    } finally {
      running = false;
    }
    await run();
  };
  const note = (file: string): void => {
    if (!SOURCES.test(file) || signal.aborted) return;
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => void run(), DEBOUNCE_MS);
  };

  // A folder's own watcher sees files that an editor replaces; Node's recursive one loses them on Linux.
  const watchers = new Map<string, FSWatcher>();
  const watchFolder = (folder: string): void => {
    if (watchers.has(folder)) return;
    watchers.set(
      folder,
      watch(path.join(directory, folder), (_event, file) => {
        if (file === null) return;
        const changedPath = path.join(folder, file);
        if (isFolder(path.join(directory, changedPath))) watchTree(changedPath);
        else note(changedPath);
      }).on("error", () => watchers.delete(folder)),
    );
  };
  const watchTree = (folder: string): void => {
    if (folder.split(path.sep).some((part) => part !== "." && IGNORED.test(part))) return;
    watchFolder(folder);
    for (const entry of readdirSync(path.join(directory, folder), { withFileTypes: true }))
      if (entry.isDirectory()) watchTree(path.join(folder, entry.name));
  };
  watchTree(".");
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  });
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
