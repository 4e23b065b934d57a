import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { CommandError } from "./commandError";

/** Where a command talks to its user; a test brings its own. */
export interface Terminal {
  print(line: string): void;
  /** Asks for a yes; undefined = there is nobody to ask. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Runs a command line with this terminal as its own, and answers its exit code. */
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
 * Asks for a yes.
 *
 * @throws CommandError when there is no answer, but Ctrl-C or the end of the input.
 */
export async function ask(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<boolean> {
  const reader = createInterface({ input, output });
  // Node.js leaves the question open when its reader is closed: the process would end as if all were well.
  const closed = new Promise<undefined>((resolve) =>
    // After an answer that was the last line.
    reader.once("close", () => setImmediate(resolve, undefined)),
  );
  const answered = reader.question(`${question} [y/N] `).catch(() => undefined);
  const answer = await Promise.race([answered, closed]);
  reader.close();
  if (answer !== undefined) return /^y(es)?$/i.test(answer.trim());
  output.write("\n");
  throw new CommandError("Nothing was changed: the question was not answered.");
}
