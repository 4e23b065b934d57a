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
  it("passes what returns nothing or true", async () => {
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
    it(`fails what returns ${text}, since it does not say that it passed`, async () => {
      const message = `gate 'a' failed: it returned ${text}; return true or nothing to pass`;
      expect(await failureOf({ a: async () => value })).to.equal(message);
    });

  it("names the check that failed, and stops there", async () => {
    const called: string[] = [];
    const message = await failureOf({
      first: async () => void called.push("first"),
      second: () => Promise.reject(new Error("expected 1, got 2")),
      third: async () => void called.push("third"),
    });
    expect(message).to.equal("gate 'second' failed: expected 1, got 2");
    expect(called).to.deep.equal(["first"]);
  });

  it("fails one that throws before it returns a promise, or something that is no error", async () => {
    const early = (): Promise<void> => {
      throw new TypeError("too early");
    };
    expect(await failureOf({ early })).to.equal("gate 'early' failed: too early");
    const odd = await failureOf({ odd: () => Promise.reject("odd") });
    expect(odd).to.equal("gate 'odd' failed: odd");
    const silent = await failureOf({ silent: () => Promise.reject(new RangeError()) });
    expect(silent).to.equal("gate 'silent' failed: RangeError");
  });

  it("fails one that never ends before Lambda would end the function", async () => {
    const message = await failureOf({ hangs: () => new Promise(() => undefined) }, () => 520);
    expect(message).to.equal("gate 'hangs' failed: it did not end within 0.0 seconds");
  });
});
