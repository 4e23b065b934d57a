import { expect } from "chai";
import { type Checks, runChecks } from "../../../../callbacks/api/stagedApi/gates/checks";

const plenty = (): number => 10_000;

async function failureOf(checks: Checks<object>, remaining = plenty): Promise<string | undefined> {
  try {
    await runChecks("gate", checks, {}, remaining);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe("runChecks", () => {
  it("passes a check that returns nothing or true", async () => {
    expect(await failureOf({ a: async () => undefined, b: async () => true })).to.equal(undefined);
    expect(await failureOf({})).to.equal(undefined);
  });

  for (const [value, text] of [
    [false, "false"],
    [null, "null"],
    ["yes", '"yes"'],
    [1, "1"],
    [{ ok: true }, '{"ok":true}'],
  ] as const)
    it(`fails a check that returns ${text}, since it does not say that it passed`, async () => {
      const message = `gate 'a' failed: it returned ${text}; return true or nothing to pass`;
      expect(await failureOf({ a: async () => value })).to.equal(message);
    });

  it("names the check that tries to end the process", async () => {
    const { exit } = process;
    const message = await failureOf({
      fine: async () => true,
      leaving: async () => process.exit(3),
    });
    expect(message).to.equal("gate 'leaving' failed: it called process.exit(3)");
    expect(process.exit).to.equal(exit);
  });

  it("logs which check begins, for checks that kill the process", async () => {
    const { log } = console;
    const lines: unknown[] = [];
    console.log = (line: unknown) => void lines.push(line);
    try {
      await failureOf({ first: async () => true, second: async () => false });
    } finally {
      console.log = log;
    }
    expect(lines).to.deep.equal(["gate 'first' begins", "gate 'second' begins"]);
  });

  it("names the failed check and stops there", async () => {
    const called: string[] = [];
    const message = await failureOf({
      first: async () => void called.push("first"),
      second: () => Promise.reject(new Error("expected 1, got 2")),
      third: async () => void called.push("third"),
    });
    expect(message).to.equal("gate 'second' failed: expected 1, got 2");
    expect(called).to.deep.equal(["first"]);
  });

  it("fails a check that throws synchronously, or throws something that is not an Error", async () => {
    const early = (): Promise<void> => {
      throw new TypeError("too early");
    };
    expect(await failureOf({ early })).to.equal("gate 'early' failed: too early");
    const odd = await failureOf({ odd: () => Promise.reject("odd") });
    expect(odd).to.equal("gate 'odd' failed: odd");
    const silent = await failureOf({ silent: () => Promise.reject(new RangeError()) });
    expect(silent).to.equal("gate 'silent' failed: RangeError");
  });

  it("fails a check that does not end in time", async () => {
    const message = await failureOf({ hangs: () => new Promise(() => undefined) }, () => 20);
    expect(message).to.equal("gate 'hangs' failed: it did not end within 0.0 seconds");
  });
});
