import { readdirSync, watch, type FSWatcher } from "node:fs";
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

  const watchers: FSWatcher[] = [
    watch(directory, (_event, file) => file !== null && !IGNORED.test(file) && note(file)),
    ...readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !IGNORED.test(entry.name))
      .map((entry) =>
        watch(
          path.join(directory, entry.name),
          { recursive: true },
          (_event, file) => file !== null && note(path.join(entry.name, file)),
        ),
      ),
  ];
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  });
}
