import { format } from "node:util";
import { expect } from "chai";
import { forwardLogs } from "../../../../callbacks/api/stagedApi/gates/forwardLogs";

class Answer {
  readonly status = 200;
}

class Failure extends Error {
  readonly attempts = 3;
}

const circle: Record<string, unknown> = { data: [1] };
circle.self = circle;

/** Returns what the main thread gets when a check logs these values. */
function received(level: "log" | "warn", ...values: unknown[]): readonly unknown[] {
  const before = { ...console };
  const lines: (readonly unknown[])[] = [];
  try {
    forwardLogs((as, sent) => void lines.push([as, ...structuredClone(sent)]));
    console[level](...values);
  } finally {
    Object.assign(console, before);
  }
  return lines.flat();
}

describe("forwardLogs", () => {
  for (const [what, values] of [
    ["an instance of a class", [new Answer()]],
    ["an instance within data", [{ list: [new Answer()] }]],
    ["an instance in a map", [new Map([["a", new Answer()]])]],
    ["a URL and headers", [new URL("http://a.example/"), new Headers({ a: "b" })]],
    ["a value for a placeholder", ["%s is %d", new URL("http://a.example/"), 5]],
    ["an error of a class of its own", [new Failure("no room")]],
    ["an error with a code", [Object.assign(new Error("no room"), { code: "ENOSPC" })]],
    ["an error with its cause", [new Error("no room", { cause: new Error("disk is full") })]],
    ["a symbol and a function", [Symbol("s"), () => 1]],
    ["a symbol as a key", [{ [Symbol("s")]: 1 }]],
    ["an object without a prototype", [Object.create(null)]],
    [
      "a getter that throws",
      [
        {
          get bad(): never {
            throw new Error("never read this");
          },
        },
      ],
    ],
  ] as const)
    it(`passes on the text that the check would have logged: ${what}`, () => {
      expect(received("log", ...values)).to.deep.equal(["log", format(...values)]);
    });

  it("passes on data as data, which Lambda logs as JSON", () => {
    const data = [
      { deep: [{ deeper: [{ deepest: 1n }] }], at: new Date(5) },
      null,
      undefined,
      "%s",
    ];
    expect(received("warn", ...data)).to.deep.equal(["warn", ...data]);
    expect(received("log", circle)).to.deep.equal(["log", circle]);
  });

  it("passes on an error without members of its own as an error, whose type Lambda logs", () => {
    const [, error] = received("log", new RangeError("too many"));
    expect(error).to.be.instanceOf(RangeError).with.property("message", "too many");
  });
});
