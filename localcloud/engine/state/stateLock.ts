import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ProjectError } from "../project/projectError";

/** The names of a lock's files in its folder. */
export const LOCK_FILES = ["lock", "lock.old"];

/** More takeovers at once than processes that start together. */
const MAX_TRIES = 10;

/**
 * Claims a folder for this process: two clouds in one folder would overwrite each other's state. A lock whose process
 * has ended is taken over.
 *
 * @throws ProjectError if another process uses the folder, or the system's error
 */
export function claim(directory: string): void {
  for (let tries = 1; !isCreated(lockOf(directory)); tries++) {
    const found = contentOf(lockOf(directory));
    if (found === undefined) continue; // just released
    const owner = ownerOf(found);
    if (owner !== undefined || tries > MAX_TRIES) throw inUse(directory, owner);
    takeAway(directory, found);
  }
}

/** Lets other processes use the folder. */
export function release(directory: string): void {
  rmSync(lockOf(directory), { force: true });
}

function inUse(directory: string, owner: number | undefined): ProjectError {
  const process = owner === undefined ? "another process" : `process ${owner}`;
  return new ProjectError(
    `the state in ${directory} is in use by the local cloud of ${process}: end that one, or give --state another folder.`,
  );
}

function lockOf(directory: string): string {
  return path.join(directory, "lock");
}

/** Creates the lock of this process, unless there is one. */
function isCreated(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid} ${startOf(process.pid) ?? ""}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function contentOf(lock: string): string | undefined {
  try {
    return readFileSync(lock, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes a lock without owner; not the one of a process that has taken it over since it was read. */
function takeAway(directory: string, stale: string): void {
  const old = path.join(directory, "lock.old");
  try {
    renameSync(lockOf(directory), old);
    if (contentOf(old) === stale) rmSync(old, { force: true });
    else renameSync(old, lockOf(directory));
  } catch (error) {
    // Another process has removed it.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Returns the process that holds a lock; undefined if it has ended, or the lock was not written completely. */
function ownerOf(content: string): number | undefined {
  const [, id, start] = /^([1-9]\d*)(?: (.*))?\n$/.exec(content) ?? [];
  const pid = Number(id);
  if (id === undefined || pid === process.pid || !isRunning(pid)) return undefined;
  // A later process may have the same id.
  const now = startOf(pid);
  return !start || now === undefined || now === start ? pid : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Returns when a process started, in a form that differs for each process of this id; undefined where unknown. */
function startOf(pid: number): string | undefined {
  try {
    // Field 22, in ticks since the boot: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ");
    return fields?.[19];
  } catch {
    if (process.platform !== "darwin") return undefined;
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return stdout.trim() || undefined;
  }
}
