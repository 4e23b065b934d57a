import { readdirSync, readFileSync } from "node:fs";

/** Returns the resident memory of a process in bytes; 0 on a system without /proc. */
export function residentBytes(pid: number | undefined): number {
  const [, pages = "0"] = read(`/proc/${pid}/statm`).split(" ");
  return Number(pages) * 4096;
}

/**
 * Returns the bytes that the processes of a group have written, to files and elsewhere; 0 on a system without /proc.
 * https://man7.org/linux/man-pages/man5/proc_pid_io.5.html (wchar)
 */
export function writtenBytes(group: number): number {
  return processes()
    .filter((pid) => groupOf(pid) === group)
    .map((pid) => /^wchar: (\d+)$/m.exec(read(`/proc/${pid}/io`))?.[1] ?? "0")
    .reduce((sum, bytes) => sum + Number(bytes), 0);
}

/**
 * Returns the process group of a process. Its field comes after the program's name, which may contain blanks.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function groupOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`);
  const [, , , group] = stat.slice(stat.lastIndexOf(")")).split(" ");
  return Number(group);
}

function processes(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process has ended, or the system has no /proc.
    return "";
  }
}
