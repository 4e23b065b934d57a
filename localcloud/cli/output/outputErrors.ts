import { writeSync } from "node:fs";

/**
 * Checks whether nobody can read the output any more: the reader has closed its pipe (EPIPE), or the terminal was closed
 * (EIO).
 */
export function isClosedOutput({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "EIO";
}

/**
 * Ends the process when nobody reads its output any more (`localcloud up | head`), like when a terminal closes; and at
 * once when the output cannot be written, for example to a full disk.
 */
export function endWithOutput(error: NodeJS.ErrnoException): void {
  if (isClosedOutput(error)) return void process.kill(process.pid, "SIGHUP");
  tryToSay(outputFailure(error));
  process.exit(1);
}

export function outputFailure({ message }: Error): string {
  return `localcloud: cannot write the output: ${message}\n`;
}

/** Writes to stderr, unless that is what cannot be written. */
export function tryToSay(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // There is nowhere left to report it.
  }
}
