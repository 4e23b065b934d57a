import { readdirSync, statSync, watch, type FSWatcher } from "node:fs";
import * as path from "node:path";

/** Folders that never contain sources of the program. */
const IGNORED = /^(node_modules|dist|coverage|docs|test|bench|localcloud|\..*)$/;

/** Only these files can change what the program deploys; files that start with a dot belong to editors. */
const SOURCES = /^[^.].*\.(ts|tsx|js|cjs|mjs|json|ya?ml)$/;

/** Editors write a file in several steps; changes within this many ms count as one. */
const DEBOUNCE_MS = 25;

/** Watches sources; `close` resolves when no call for them is running any more. */
export interface SourceWatch {
  close(): Promise<void>;
}

/**
 * Calls `onChange` with the saved files, relative to the directory, one call at a time; files that are saved during a
 * call are passed to the next. Calls `onError` if a folder cannot be watched.
 */
export function watchSources(
  directory: string,
  onChange: (files: readonly string[]) => Promise<void>,
  onError: (error: Error) => void,
): SourceWatch {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let closed = false;

  const runAll = async (): Promise<void> => {
    while (changed.size > 0 && !closed) {
      const files = [...changed].sort();
      changed.clear();
      await onChange(files);
    }
  };
  const run = (): void => {
    running ??= runAll()
      .catch(onError)
      .finally(() => (running = undefined));
  };
  const note = (file: string): void => {
    if (!SOURCES.test(path.basename(file)) || closed) return;
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(run, DEBOUNCE_MS);
  };
  const folders = new FolderWatch(directory, note, onError);
  folders.add(".");
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      folders.close();
      await running;
    },
  };
}

/**
 * Watches each folder separately, which detects files that an editor replaces; Node's recursive watcher misses them on
 * Linux.
 */
class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();

  constructor(
    private readonly directory: string,
    private readonly onFile: (file: string) => void,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Watches a folder and its subfolders; returns the files in them. */
  add(folder: string): readonly string[] {
    if (folder.split(path.sep).some((part) => part !== "." && IGNORED.test(part))) return [];
    try {
      // The same name may refer to another folder by now.
      this.watchers.get(folder)?.close();
      const watcher = watch(path.join(this.directory, folder), (event, name) => {
        if (name !== null) this.changed(event, path.join(folder, name));
      });
      watcher.on("error", () => watcher.close());
      this.watchers.set(folder, watcher);
      // Reads the folder after the watcher has started, so that files created meanwhile are not missed.
      const entries = readdirSync(path.join(this.directory, folder), { withFileTypes: true });
      return entries.flatMap((entry) => {
        const inside = path.join(folder, entry.name);
        return entry.isDirectory() ? this.add(inside) : [inside];
      });
    } catch (error) {
      // A deleted folder needs no watcher.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.onError(error as Error);
      return [];
    }
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private changed(event: string, file: string): void {
    if (!isFolder(path.join(this.directory, file))) this.onFile(file);
    // A created or moved folder may already have contained files before it was watched.
    else if (event === "rename") this.add(file).forEach(this.onFile);
  }
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
