import { expect } from "chai";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { ask } from "../../commands/terminal";

const COMMANDS = path.join(__dirname, "../../commands");

describe("a question at the terminal", () => {
  const answered = (text: string): Promise<boolean> => {
    const input = new PassThrough();
    input.end(text);
    return ask("Really?", input, new PassThrough());
  };

  it("is a yes for y or yes, and a no for anything else", async () => {
    for (const text of ["y\n", "YES\n", " y \n"]) expect(await answered(text), text).to.equal(true);
    for (const text of ["\n", "n\n", "yesterday\n"])
      expect(await answered(text), text).to.equal(false);
  });

  it("fails its command when there is no answer: Ctrl-C and Ctrl-D close the input", async () => {
    const error = await answered("").catch((reason: Error) => reason);
    expect(error).to.include({
      name: "CommandError",
      message: "Nothing was changed: the question was not answered.",
    });
  });
});

describe("work that must not be interrupted half-way", function () {
  this.timeout(30_000);

  /** Runs such work, and presses Ctrl-C this often meanwhile. */
  function interrupted(times: number): Promise<{ text: string; signal: NodeJS.Signals | null }> {
    const program = `
      const { uninterrupted } = require(${JSON.stringify(path.join(COMMANDS, "uninterrupted.ts"))});
      const terminal = { print: (line) => console.log(line) };
      const ended = new Promise((resolve) => process.stdin.once("end", resolve).resume());
      uninterrupted(terminal, () => (console.log("begun"), ended)).then(() => console.log("finished"));`;
    const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", program]);
    let text = "";
    let presses = 0;
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (_code, signal) => resolve({ text, signal }));
      child.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        // Each line is the reaction to the step before.
        if (presses++ < times) child.kill("SIGINT");
        else child.stdin.end();
      });
    });
  }

  it("finishes after one Ctrl-C, with a message, and stops after the second", async () => {
    const notice = "Finishing what has begun; press Ctrl-C again to stop half-way.";
    expect(await interrupted(0)).to.deep.equal({ text: "begun\nfinished\n", signal: null });
    const once = await interrupted(1);
    expect(once).to.deep.equal({ text: `begun\n${notice}\nfinished\n`, signal: null });
    expect(await interrupted(2)).to.deep.equal({ text: `begun\n${notice}\n`, signal: "SIGINT" });
  });
});
