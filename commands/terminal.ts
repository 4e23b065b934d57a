import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { CommandError } from "./commandError";

/** How a command communicates with its user; tests pass their own. */
export interface Terminal {
  print(line: string): void;
  /** Asks a yes/no question; undefined if there is no terminal. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Runs a command line in this terminal, and returns its exit code. */
  run(commandLine: string): Promise<number>;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  print: (line) => process.stdout.write(`${line}\n`),
  async confirm(question) {
    if (!process.stdin.isTTY) return undefined;
    return ask(question, process.stdin, process.stdout);
  },
  run(commandLine) {
    const child = spawn(commandLine, { shell: true, stdio: "inherit" });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 1));
    });
  },
};

/**
 * Asks a yes/no question.
 *
 * @throws CommandError if there is no answer, because of Ctrl-C or the end of the input.
 */
export async function ask(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<boolean> {
  const reader = createInterface({ input, output });
  // Without this, closing the reader would leave the promise pending, and the process would exit as if it succeeded.
  const closed = new Promise<undefined>((resolve) =>
    // After a possible answer in the last line.
    reader.once("close", () => setImmediate(resolve, undefined)),
  );
  const answered = reader.question(`${question} [y/N] `).catch(() => undefined);
  const answer = await Promise.race([answered, closed]);
  reader.close();
  if (answer !== undefined) return /^y(es)?$/i.test(answer.trim());
  output.write("\n");
  throw new CommandError("Nothing was changed: the question was not answered.");
}
