import { readdirSync, readFileSync } from "node:fs";

/** Resident memory of a process; 0 where the system has no /proc. */
export function residentBytes(pid: number | undefined): number {
  const [, pages = "0"] = read(`/proc/${pid}/statm`).split(" ");
  return Number(pages) * 4096;
}

/**
 * Bytes that the processes of a group have written, to files and elsewhere; 0 where the system has no /proc.
 * https://man7.org/linux/man-pages/man5/proc_pid_io.5.html (wchar)
 */
export function writtenBytes(group: number): number {
  return processes()
    .filter((pid) => groupOf(pid) === group)
    .map((pid) => /^wchar: (\d+)$/m.exec(read(`/proc/${pid}/io`))?.[1] ?? "0")
    .reduce((sum, bytes) => sum + Number(bytes), 0);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: behind the name, which may have blanks. */
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
    // It has ended, or there is no /proc.
    return "";
  }
}
