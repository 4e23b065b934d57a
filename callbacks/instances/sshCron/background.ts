import { commandLine, shellQuote } from "./commandLine";
import type { Job } from "./job";

export const deploymentOnlyModule = true;

/**
 * Returns the folder in which a background job writes its output and its exit code, as an expression for the host's
 * shell.
 */
export function backgroundFolder(cron: string, occurrence: string): string {
  return `"$HOME"/.ssh-cron/${cron}/${occurrence.replace(/[^0-9TZ]/g, "-")}`;
}

/** Boot id: after a reboot, other processes may have the same process ids. */
const BOOT = "cat /proc/sys/kernel/random/boot_id 2>/dev/null || true";

/** Builds the shell script that starts the job in the background, without waiting. */
export function startInBackground(job: Job, folder: string): string {
  const all = job.commands.map((command) => `( ${command}\n)`).join(" && ");
  const whole = commandLine(all, job);
  const inner = `/bin/sh -c "$1" > output 2>&1; echo $? > exit.new; mv exit.new exit`;
  return [
    `mkdir -p ${folder} && cd ${folder} || exit 1`,
    `( ${BOOT} ) > boot`,
    // A separate process group, so that all its processes can be ended together.
    `$(command -v setsid) nohup /bin/sh -c ${shellQuote(inner)} job ${shellQuote(whole)} > /dev/null 2>&1 < /dev/null &`,
    "echo $! > pid",
  ].join("\n");
}

/**
 * Builds the shell script that prints the status of a background job as one line: `running`; or its exit code, or
 * `gone` when no exit code will follow, and the number of bytes of its output. After the end of the job the output
 * follows.
 *
 * @param limit bytes of output, half from the beginning and half from the end.
 */
export function backgroundStatusScript(folder: string, limit: number): string {
  const half = Math.floor(limit / 2);
  return [
    `cd ${folder} 2>/dev/null || { echo gone 0; exit 0; }`,
    `boot="$(${BOOT})"`,
    'if [ ! -f exit ] && [ "$boot" = "$(cat boot 2>/dev/null)" ] && kill -0 "$(cat pid)" 2>/dev/null',
    "then echo running; exit 0; fi",
    // It may have ended between the two checks.
    "s=$(cat exit 2>/dev/null || echo gone); n=$(cat output 2>/dev/null | wc -c)",
    "echo $s $n",
    `if [ "$n" -gt ${limit} ]; then head -c ${half} output`,
    `echo; echo "[... $((n - ${half * 2})) bytes are left out ...]"; tail -c ${half} output`,
    "elif [ -f output ]; then cat output; fi",
  ].join("\n");
}

/** Builds the shell script that ends what still runs, as far as the user may, and deletes the folder. */
export function clearBackground(folder: string): string {
  return [
    `cd ${folder} 2>/dev/null || exit 0`,
    'p="$(cat pid)"',
    '[ -f exit ] || kill -- "-$p" 2>/dev/null || kill "$p" 2>/dev/null || true',
    `cd / && rm -rf ${folder}`,
  ].join("\n");
}

/** Parser of the output of backgroundStatusScript, which arrives in chunks. */
export interface StatusParser {
  hear(chunk: Uint8Array): void;
  /** Undefined while the first line is incomplete, or has another format. */
  status(): BackgroundStatus | undefined;
}

export type BackgroundStatus =
  "running" | { readonly end: number | "gone"; readonly bytes: number };

/** @param hear receives the output of the job itself. */
export function createStatusReader(hear: (chunk: Uint8Array) => void): StatusParser {
  let line = "";
  let isWhole = false;
  return {
    hear(chunk) {
      if (isWhole) return hear(chunk);
      const end = chunk.indexOf(10);
      line += Buffer.from(end < 0 ? chunk : chunk.subarray(0, end)).toString("latin1");
      // A line of this length has another format.
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
