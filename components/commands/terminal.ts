import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";

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
    const reader = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await reader.question(`${question} [y/N] `);
    reader.close();
    return /^y(es)?$/i.test(answer.trim());
  },
  run(commandLine) {
    const child = spawn(commandLine, { shell: true, stdio: "inherit" });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 1));
    });
  },
};
