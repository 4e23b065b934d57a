import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as path from "node:path";
import type * as util from "node:util";
import { packCallback } from "../../components/function/packing/packCallback";
import { mockPulumi } from "../support/graph/pulumiMocks";
import { invokeDeployed } from "../support/closures/deployed";
import * as local from "./fixtures/helpers";

/* eslint-disable @typescript-eslint/no-require-imports -- what a callback may contain */

type Code = () => Promise<unknown>;

const plain = { text: "ä\u2028", list: [1, , 3], nested: { on: true, none: null, big: 10n } };
const frozen = Object.freeze({ a: 1 });
const bare: Record<string, number> = Object.assign(Object.create(null), { a: 1 });
const pattern = /^a+$/gi;
const special = [NaN, -0, Infinity];
const known = pulumi.output({ name: "queue" });
const parse = JSON.parse;
const route = "/home";
async function* counting(): AsyncGenerator<number> {
  yield 1;
  yield 2;
}
const fibonacci = (n: number): number => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
const circular: { self?: unknown; a: number } = { a: 1 };
circular.self = circular;

interface AllowedCase {
  capture: string;
  callback: unknown;
  isFactory?: boolean;
  answers: unknown[];
}

const allowed: AllowedCase[] = [
  { capture: "nothing", callback: async () => 1, answers: [1] },
  {
    capture: "plain JSON",
    callback: async () => [
      plain.text,
      plain.list.length,
      plain.nested.on,
      String(plain.nested.big),
    ],
    answers: [["ä\u2028", 3, true, "10"]],
  },
  { capture: "a frozen object", callback: async () => frozen.a, answers: [1] },
  {
    capture: "an object without prototype",
    callback: async () => Object.keys(bare),
    answers: [["a"]],
  },
  {
    capture: "a regular expression",
    callback: async () => "AAA".replace(pattern, "b"),
    answers: ["b"],
  },
  {
    capture: "NaN, -0 and Infinity",
    callback: async () => special.map(String),
    answers: [["NaN", "0", "Infinity"]],
  },
  {
    capture: "a circular object",
    callback: async () => (circular.self as { a: number }).a,
    answers: [1],
  },
  { capture: "a known Output", callback: async () => known.get().name, answers: ["queue"] },
  { capture: "a recursive helper", callback: async () => fibonacci(10), answers: [55] },
  {
    capture: "an async generator",
    callback: async () => {
      const all = [];
      for await (const n of counting()) all.push(n);
      return all;
    },
    answers: [[1, 2]],
  },
  { capture: "a global function under a name", callback: async () => parse("[1]"), answers: [[1]] },
  {
    capture: "a string that only looks like a path",
    callback: async () => route,
    answers: ["/home"],
  },
  {
    capture: "a named import of Node.js",
    callback: async () => path.join("a", "b"),
    answers: ["a/b"],
  },
  { capture: "a local helper", callback: async () => local.shout("a"), answers: ["A!"] },
  {
    capture: "its own variables of any kind",
    callback: async () => {
      let n = 0;
      const m = new Map([["a", 1]]);
      for (const k of m.keys()) n += m.get(k) ?? 0;
      class Own {
        #x = 2;
        x(): number {
          return this.#x;
        }
      }
      return [n, new Own().x(), new Date(0).getTime()];
    },
    answers: [[1, 2, 0]],
  },
  {
    capture: "a parameter that it assigns",
    callback: async (calls: { n: number }) => {
      calls = { n: calls.n + 1 };
      return calls;
    },
    answers: [{ n: NaN }].map(() => ({ n: null })),
  },
  {
    capture: "run-time process.env",
    callback: async () => process.env.AWS_REGION,
    answers: ["eu-central-1"],
  },
  {
    capture: "state in a factory",
    isFactory: true,
    callback: () => {
      let n = 0;
      const m = new Map<string, number>();
      return async () => {
        n += 1;
        m.set("n", n);
        return m.get("n");
      };
    },
    answers: [1, 2, 3],
  },
  {
    capture: "a class inside a factory",
    isFactory: true,
    callback: () => {
      class Total {
        #sum = 0;
        add(): number {
          return ++this.#sum;
        }
      }
      const total = new Total();
      return async () => total.add();
    },
    answers: [1, 2],
  },
  {
    capture: "require inside the callback",
    callback: async () => (require("node:util") as typeof util).format("%d", 1),
    answers: ["1"],
  },
];

describe("captures of a callback", () => {
  before(() => mockPulumi());

  for (const { capture, callback, isFactory, answers } of allowed) {
    it(`serializes ${capture}`, async () => {
      const packed = await packCallback(callback as Code, { isFactory });
      const invocations = await invokeDeployed(
        packed.files,
        answers.map(() => ({})),
      );
      expect(invocations.map((one) => one.result ?? null)).to.deep.equal(
        answers.map((answer) => answer ?? null),
      );
    });
  }
});
