import { expect } from "chai";
import { dispatchFactory } from "../../callbacks/api/stagedApi/dispatch";
import { runChecks } from "../../callbacks/api/stagedApi/gates/checks";
import { askDecide } from "../../callbacks/ecs/scaling/askDecide";
import type { ScalingState } from "../../callbacks/ecs/scaling/model";
import { prepare, type RunPorts } from "../../callbacks/instances/sshCron/prepare";
import type { RunMessage } from "../../callbacks/instances/sshCron/settings";
import { isTransient, reasonOf } from "../../callbacks/retry";
import { messageOf, shownValue } from "../../callbacks/thrown";
import { SETTINGS } from "./instances/sshCron/settings";

const unreadable = {
  get then(): never {
    throw new Error("never read this");
  },
  get message(): never {
    throw new Error("never read this");
  },
  toString(): never {
    throw new Error("never read this");
  },
  toJSON(): never {
    throw new Error("never read this");
  },
};
const closed = Object.defineProperty(new Error("x"), "message", {
  get(): never {
    throw new Error("never read this");
  },
});
const refused = Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" });
const circle: Record<string, unknown> = {};
circle.self = circle;

function withCause(message: string, cause: unknown): Error {
  return new Error(message, { cause });
}

/** Values that a callback may throw, with the end of the sentence that reports each. */
const THROWN: readonly (readonly [title: string, thrown: unknown, message: string])[] = [
  ["a text", "no room", "no room"],
  ["an empty text", "", 'it threw "" instead of an Error'],
  ["undefined", undefined, "it threw undefined instead of an Error"],
  ["null", null, "it threw null instead of an Error"],
  ["a number", 7, "it threw 7 instead of an Error"],
  ["a BigInt", 7n, "it threw 7n instead of an Error"],
  ["a symbol", Symbol("s"), "it threw a symbol instead of an Error"],
  ["a function", () => 1, "it threw a function instead of an Error"],
  ["a frozen object", Object.freeze({ code: 5 }), 'it threw {"code":5} instead of an Error'],
  ["an object without a prototype", Object.create(null), "it threw {} instead of an Error"],
  ["a cycle", circle, "it threw an object that JSON cannot show instead of an Error"],
  ["unreadable", unreadable, "it threw an object that JSON cannot show instead of an Error"],
  ["an Error that cannot be read", closed, "an Error whose message cannot be read"],
  ["an Error without a message", new TypeError(""), "TypeError"],
  [
    "an Error with its cause",
    withCause("fetch failed", new Error("bad port")),
    "fetch failed: bad port",
  ],
  ["a cause with only a code", withCause("fetch failed", refused), "fetch failed: ECONNREFUSED"],
  [
    "a message that contains its cause",
    withCause("no: bad port", new Error("bad port")),
    "no: bad port",
  ],
  ["a cause that is not an Error", withCause("fetch failed", { port: 9 }), "fetch failed"],
];

const caught = async (run: () => Promise<unknown>): Promise<unknown> =>
  run().then(
    () => undefined,
    (error: unknown) => error,
  );

describe("What a callback throws", () => {
  for (const [title, thrown, message] of THROWN) {
    it(`is reported in one sentence: ${title}`, () => {
      expect(messageOf(thrown)).to.equal(message);
      expect(reasonOf(thrown)).to.contain(message);
      expect(isTransient(thrown)).to.equal(false);
    });

    it(`fails a gate with the gate's name: ${title}`, async () => {
      const gates = { hello: () => Promise.reject(thrown) };
      const error = await caught(() => runChecks("gate", gates, {}, () => 10_000));
      expect((error as Error).message).to.equal(`gate 'hello' failed: ${message}`);
    });

    it(`ends an SshCron run as failed, instead of losing it: ${title}`, async () => {
      const commands = (): never => {
        throw thrown;
      };
      // Nothing else is used before the commands are known.
      const ports = { settings: SETTINGS, functions: { commands } } as unknown as RunPorts;
      const host = { id: "web-1" } as RunMessage["host"];
      const end = await prepare({ host } as RunMessage, ports);
      expect(end).to.deep.equal({ state: "failed", reason: message });
    });

    it(`fails a scaler's decide, and never the evaluation: ${title}`, () => {
      const decide = (): never => {
        throw thrown;
      };
      // Longer than a busy machine needs: what counts here is the error, not the time.
      const answer = askDecide(decide, {} as ScalingState, 1, 60_000);
      expect(answer)
        .to.have.property("failed")
        .that.matches(/^decide threw \S/);
    });

    it(`is a failure of StagedApi with a message: ${title}`, async () => {
      const failing = dispatchFactory({ "GET /a": { callback: () => Promise.reject(thrown) } })();
      const error = await caught(() => failing({}, {} as never));
      expect(error).to.be.instanceOf(Error);
      if (thrown !== closed) expect((error as Error).message).to.match(/\S/);
    });
  }

  it("may be a frozen Error without a message, for which StagedApi answers with another one", async () => {
    const thrown = Object.freeze(new Error(""));
    const failing = dispatchFactory({ "GET /a": { callback: () => Promise.reject(thrown) } })();
    const error = await caught(() => failing({}, {} as never));
    expect((error as Error).message).to.equal("The callback failed without a message.");
  });
});

describe("What a gate returns", () => {
  const RETURNED: readonly (readonly [unknown, string])[] = [
    [5n, "5n"],
    [() => 1, "a function"],
    [Symbol("s"), "a symbol"],
    [circle, "an object that JSON cannot show"],
    ["x".repeat(5_000), `"${"x".repeat(199)}…`],
  ];
  for (const [value, text] of RETURNED)
    it(`is named in the error: ${text.slice(0, 40)}`, async () => {
      expect(shownValue(value)).to.equal(text);
      const gates = { hello: () => Promise.resolve(value) };
      const error = await caught(() => runChecks("gate", gates, {}, () => 10_000));
      const message = `gate 'hello' failed: it returned ${text}; return true or nothing to pass`;
      expect((error as Error).message).to.equal(message);
    });
});
