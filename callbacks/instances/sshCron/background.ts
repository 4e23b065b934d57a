import { commandLine, shellQuote } from "./commandLine";
import type { Job } from "./job";

export const deploymentOnlyModule = true;

/** Where a job in the background leaves what it prints and its exit code, as the host's shell reads it. */
export function backgroundFolder(cron: string, occurrence: string): string {
  return `"$HOME"/.ssh-cron/${cron}/${occurrence.replace(/[^0-9TZ]/g, "-")}`;
}

/** A host that was restarted has other processes under the same numbers. */
const BOOT = "cat /proc/sys/kernel/random/boot_id 2>/dev/null || true";

/** Starts it all, and does not wait. */
export function startInBackground(job: Job, folder: string): string {
  const all = job.commands.map((command) => `( ${command}\n)`).join(" && ");
  const whole = commandLine(all, job);
  const inner = `/bin/sh -c "$1" > output 2>&1; echo $? > exit.new; mv exit.new exit`;
  return [
    `mkdir -p ${folder} && cd ${folder} || exit 1`,
    `( ${BOOT} ) > boot`,
    // A group of its own, so that all of it can be ended together.
    `$(command -v setsid) nohup /bin/sh -c ${shellQuote(inner)} job ${shellQuote(whole)} > /dev/null 2>&1 < /dev/null &`,
    "echo $! > pid",
  ].join("\n");
}

/**
 * Prints how a job in the background is, as one line: `running`, or its exit code or `gone`, when nobody will end it, and
 * how many bytes it has printed. After its end these follow.
 *
 * @param limit bytes of output, half from the beginning and half from the end.
 */
export function lookInBackground(folder: string, limit: number): string {
  const half = Math.floor(limit / 2);
  return [
    `cd ${folder} 2>/dev/null || { echo gone 0; exit 0; }`,
    `boot="$(${BOOT})"`,
    'if [ ! -f exit ] && [ "$boot" = "$(cat boot 2>/dev/null)" ] && kill -0 "$(cat pid)" 2>/dev/null',
    "then echo running; exit 0; fi",
    // It may have ended between the two.
    "s=$(cat exit 2>/dev/null || echo gone); n=$(cat output 2>/dev/null | wc -c)",
    "echo $s $n",
    `if [ "$n" -gt ${limit} ]; then head -c ${half} output`,
    `echo; echo "[... $((n - ${half * 2})) bytes are left out ...]"; tail -c ${half} output`,
    "elif [ -f output ]; then cat output; fi",
  ].join("\n");
}

/** Ends what still runs, as far as the user may, and leaves nothing behind. */
export function clearBackground(folder: string): string {
  return [
    `cd ${folder} 2>/dev/null || exit 0`,
    'p="$(cat pid)"',
    '[ -f exit ] || kill -- "-$p" 2>/dev/null || kill "$p" 2>/dev/null || true',
    `cd / && rm -rf ${folder}`,
  ].join("\n");
}

/** What lookInBackground has printed, as its bytes come. */
export interface Look {
  hear(chunk: Uint8Array): void;
  /** Undefined while the first line is not whole, or is none of ours. */
  status(): BackgroundStatus | undefined;
}

export type BackgroundStatus =
  "running" | { readonly end: number | "gone"; readonly bytes: number };

/** @param hear gets what the job itself has printed. */
export function createLook(hear: (chunk: Uint8Array) => void): Look {
  let line = "";
  let isWhole = false;
  return {
    hear(chunk) {
      if (isWhole) return hear(chunk);
      const end = chunk.indexOf(10);
      line += Buffer.from(end < 0 ? chunk : chunk.subarray(0, end)).toString("latin1");
      // A line that is this long is none of ours.
      isWhole = end >= 0 || line.length > 100;
      if (end >= 0 && end + 1 < chunk.length) hear(chunk.subarray(end + 1));
    },
    status() {
      if (!isWhole) return undefined;
      if (line === "running") return line;
      const [, end, bytes] = /^(gone|\d{1,3}) (\d+)$/.exec(line) ?? [];
      if (end === undefined) return undefined;
      return { end: end === "gone" ? end : Number(end), bytes: Number(bytes) };
    },
  };
}
