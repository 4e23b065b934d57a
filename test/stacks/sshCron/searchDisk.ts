import { type Dirent, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** Folders in which a process can leave a file for later. */
const TEMPORARY = [...new Set([tmpdir(), "/tmp", "/var/tmp", "/dev/shm"])];
/** A larger file is no key. */
const MOST_BYTES = 32 * 2 ** 20;

/**
 * Returns the files that contain one of the texts: those in the working folders of the processes, those that they have
 * open (also deleted ones), and those that appeared or changed in the folders for temporary files since then.
 *
 * @param since milliseconds since the epoch.
 */
export function filesWith(
  texts: readonly (string | Buffer)[],
  processes: readonly number[],
  since: number,
): string[] {
  const places = [
    ...processes.flatMap((pid) => [...filesIn(`/proc/${pid}/cwd/.`), ...openFiles(pid)]),
    ...TEMPORARY.flatMap((folder) => recentIn(folder, since)),
  ];
  const holds = (file: string): boolean => {
    const bytes = tried(() => (statSync(file).size > MOST_BYTES ? undefined : readFileSync(file)));
    return bytes !== undefined && texts.some((text) => bytes.includes(text));
  };
  return [...new Set(places)].filter(holds);
}

/** Returns the files below the entries of a folder that changed since then. */
function recentIn(folder: string, since: number): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const one = path.join(folder, entry.name);
    const isRecent = (tried(() => statSync(one).ctimeMs) ?? 0) >= since;
    if (!isRecent) return [];
    return entry.isDirectory() ? filesIn(one) : entry.isFile() ? [one] : [];
  });
}

function filesIn(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const one = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(one) : entry.isFile() ? [one] : [];
  });
}

/** Returns the open files of a process, by their descriptors: so a deleted file can be read too. */
function openFiles(pid: number): string[] {
  return entriesOf(`/proc/${pid}/fd`).flatMap(({ name }) => {
    const descriptor = `/proc/${pid}/fd/${name}`;
    const isFile = tried(() => readlinkSync(descriptor))?.startsWith("/") ?? false;
    return isFile && (tried(() => statSync(descriptor).isFile()) ?? false) ? [descriptor] : [];
  });
}

function entriesOf(folder: string): Dirent[] {
  return tried(() => readdirSync(folder, { withFileTypes: true })) ?? [];
}

/** Files and processes may be gone meanwhile. */
function tried<Answer>(read: () => Answer): Answer | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
