import { readdirSync, readFileSync } from "node:fs";

export const deploymentOnlyModule = true;

/** Of the computer's memory, what has to stay free: what the kernel would else take away from others. */
const FREE_SHARE = 0.05;

/** Says whether processes have more memory together than they may, or have left nobody else any. */
export function watchMemory(proc: string, most: number): () => boolean {
  return () => {
    let bytes = 0;
    for (const pid of read(() => readdirSync(proc)) ?? [])
      if (/^\d+$/.test(pid))
        bytes += memoryOf(read(() => readFileSync(`${proc}/${pid}/status`, "utf8")));
    return bytes > most || isShort(read(() => readFileSync("/proc/meminfo", "utf8")));
  };
}

/** Without what files have in memory, which the kernel takes back. */
export function memoryOf(status = ""): number {
  return kilobytes(status, "RssAnon") + kilobytes(status, "RssShmem");
}

function isShort(meminfo = ""): boolean {
  return kilobytes(meminfo, "MemAvailable") < FREE_SHARE * kilobytes(meminfo, "MemTotal");
}

function kilobytes(text: string, name: string): number {
  return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
}

/** A process may end while it is looked at. */
function read<Answer>(call: () => Answer): Answer | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
