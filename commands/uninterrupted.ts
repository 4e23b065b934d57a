import type { Terminal } from "./terminal";

/**
 * Runs work of a few seconds that should not be interrupted halfway: the first Ctrl-C only prints that, the second ends
 * the process as usual.
 */
export async function uninterrupted<Result>(
  terminal: Pick<Terminal, "print">,
  work: () => Promise<Result>,
): Promise<Result> {
  const explain = (): void =>
    terminal.print("Finishing what has begun; press Ctrl-C again to stop half-way.");
  process.once("SIGINT", explain);
  try {
    return await work();
  } finally {
    process.removeListener("SIGINT", explain);
  }
}
