import type { Terminal } from "./terminal";

/**
 * Does work of some seconds that is better finished than left half-way: the first Ctrl-C only says so, the second
 * ends the process as ever.
 */
export async function uninterrupted<Result>(
  terminal: Pick<Terminal, "print">,
  work: () => Promise<Result>,
): Promise<Result> {
  const explain = (): void =>
    terminal.print("What was begun is being finished; Ctrl-C once more leaves it half-way.");
  process.once("SIGINT", explain);
  try {
    return await work();
  } finally {
    process.removeListener("SIGINT", explain);
  }
}
