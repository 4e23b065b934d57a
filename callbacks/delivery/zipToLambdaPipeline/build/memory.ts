import { readdirSync, readFileSync } from "node:fs";

export const deploymentOnlyModule = true;

/** Share of the computer's memory that must stay free, so that the kernel does not take memory from other processes. */
const FREE_SHARE = 0.05;

/** Creates a check whether processes together use more memory than allowed, or have left too little for others. */
export function watchMemory(proc: string, most: number): () => boolean {
  return () => {
    let bytes = 0;
    for (const pid of read(() => readdirSync(proc)) ?? [])
      if (/^\d+$/.test(pid))
        bytes += memoryOf(read(() => readFileSync(`${proc}/${pid}/status`, "utf8")));
    return bytes > most || isShort(read(() => readFileSync("/proc/meminfo", "utf8")));
  };
}

/** Returns the memory of a process without its file pages, which the kernel can reclaim. */
export function memoryOf(status = ""): number {
  return kilobytes(status, "RssAnon") + kilobytes(status, "RssShmem");
}

function isShort(meminfo = ""): boolean {
  return kilobytes(meminfo, "MemAvailable") < FREE_SHARE * kilobytes(meminfo, "MemTotal");
}

function kilobytes(text: string, name: string): number {
  return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
}

/** A process may end while it is read. */
function read<Answer>(call: () => Answer): Answer | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
