import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { runInThread } from "../../../../callbacks/api/stagedApi/gates/runInThread";
import type { Checks } from "../../../../callbacks/api/stagedApi/gates/checks";

/** A thread that shows that its first check has begun, and then runs this code. */
const begins = (code: string): string =>
  `const { workerData } = require("node:worker_threads");
  Atomics.add(workerData.begun, 0, 1);
  ${code}`;

describe("runInThread", function () {
  this.timeout(30_000);
  const before = { ...process.env };
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "thread-"));
    process.env.LAMBDA_TASK_ROOT = directory;
    process.env._HANDLER = "index.handler";
    // Above what the test's own process uses.
    process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE = "4096";
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
    for (const name of ["LAMBDA_TASK_ROOT", "_HANDLER", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  /** Runs a function whose code is this text; returns why it failed. */
  async function failureOf(
    code: string,
    { milliseconds = 20_000, remaining = (): number => 20_000 } = {},
  ): Promise<string | undefined> {
    writeFileSync(path.join(directory, "index.js"), code);
    const checks: Checks<object> = { first: async () => true, second: async () => true };
    const judged = { checksOf: "gate", checks, toolsOf: () => ({}), subject: {} } as const;
    try {
      await runInThread({ ...judged, milliseconds }, remaining);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  it("passes, or fails with the thread's own sentence, when the thread says that it is over", async () => {
    const over = (message: object): string =>
      begins(`workerData.port.postMessage(${JSON.stringify({ is: "over", ...message })})`);
    expect(await failureOf(over({}))).to.equal(undefined);
    expect(await failureOf(over({ failure: "gate 'first' failed: no" }))).to.equal(
      "gate 'first' failed: no",
    );
  });

  for (const [what, code, says] of [
    ["ends the thread", "process.exit(7)", "it called process.exit(7)"],
    ["throws", 'setTimeout(() => { throw new Error("too late") })', "too late"],
    ["rejects", 'Promise.reject(new Error("forgotten"))', "forgotten"],
    ["exits", "process.exit(0)", "it left nothing to wait for, or called process.exit(0)"],
    [
      "throws undefined",
      "setTimeout(() => { throw undefined; })",
      "it threw undefined instead of an Error",
    ],
    ["aborts", "process.abort()", "process.abort() is not supported in workers"],
  ] as const)
    it(`names the check that ${what} on its own`, async () => {
      expect(await failureOf(begins(code))).to.equal(`gate 'first' failed: ${says}`);
    });

  it("names the check that runs at the time, here the second", async () => {
    const code = begins("Atomics.add(workerData.begun, 0, 1); process.exit(1)");
    expect(await failureOf(code)).to.equal("gate 'second' failed: it called process.exit(1)");
  });

  it("says that no check has begun when the function's code itself fails in the thread", async () => {
    const message = await failureOf('throw new Error("no such table")');
    expect(message).to.equal("gate, before its first check, failed: no such table");
  });

  it("ends an endless loop when its time is over, or when the function needs the rest", async () => {
    const says =
      "seconds, and never paused: look for an endless loop, or for a synchronous call such as execSync";
    expect(await failureOf(begins("for (;;);"), { milliseconds: 100 })).to.equal(
      `gate 'first' failed: it did not end within 0.1 ${says}`,
    );
    expect(await failureOf(begins("for (;;);"), { remaining: () => -1 })).to.contain(says);
  });

  it("logs what the thread logs, before the end", async () => {
    const { warn } = console;
    const lines: unknown[] = [];
    console.warn = (...values: unknown[]) => void lines.push(values);
    try {
      const log = { is: "log", level: "warn", values: ["seen", { n: 1 }] };
      await failureOf(
        begins(
          `workerData.port.postMessage(${JSON.stringify(log)}); workerData.port.postMessage({ is: "over" })`,
        ),
      );
    } finally {
      console.warn = warn;
    }
    expect(lines).to.deep.equal([["seen", { n: 1 }]]);
  });
});
