import { readdirSync, readFileSync } from "node:fs";

/** Returns the ids of a process's descendants that are still running. Linux only. */
export function childProcesses(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const status = stat(Number(name));
    // A zombie has ended and only waits until its parent reads its exit code.
    if (status && status.state !== "Z") parents.set(Number(name), status.parent);
  }
  const found: number[] = [];
  for (let next = [pid]; next.length > 0;) {
    next = [...parents].filter(([, parent]) => next.includes(parent)).map(([child]) => child);
    found.push(...next);
  }
  return found;
}

/** Returns whether a process is running; a zombie is not. */
export function isRunning(pid: number): boolean {
  const status = stat(pid);
  return status !== undefined && status.state !== "Z";
}

function stat(pid: number): { state: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
