import { mockPulumi } from "../support/graph/pulumiMocks";
import { itAnswersAsHere } from "../support/closures/closureCases";

const limits = { a: 1, b: 2 };
const conf: { f: () => number; b: number; z: number } = { f: () => conf.z, b: 1, z: 2 };
const inner = { x: 1, y: 2 };
const whole = (): string[] => Object.keys(inner);
const part = (): number => inner.y;
const flags = { on: true, off: false, text: "dev" };
const frozen = Object.freeze({ list: Object.freeze([1]), open: { n: 1 } });
const sealed = Object.seal({ a: 1 });
const closed = Object.preventExtensions({ b: 1 });
const hidden = Object.defineProperty({ seen: 1 } as { seen: number; kept: number }, "kept", {
  value: 2,
});
const computed = {
  base: 2,
  get twice(): number {
    return this.base * 2;
  },
};
const child = Object.assign(Object.create({ base: 1, name: "parent" }) as { base: number }, {
  own: 3,
});
const ownProto = JSON.parse('{ "__proto__": 1, "a": 2 }') as Record<string, number>;
const one = (): number => 1;
const uno = (): number => 1;
const labelled = Object.assign((n: number): number => n + labelled.step, { step: 2 });
const forms = {
  async *[Symbol.iterator](): AsyncGenerator<number> {
    yield 1;
  },
  "quoted-name": (): number => 1,
  async async(): Promise<number> {
    return 2;
  },
  *numbers(): Generator<number> {
    yield 3;
  },
};
const parameters = (function (..._rest: unknown[]) {
  // eslint-disable-next-line prefer-rest-params -- what a callback may capture
  return arguments;
})(1, "x");
const holes = Object.assign([1, , 3], { extra: "e" });
const sticky = /a/y;

describe("An object that a callback captures", () => {
  before(() => {
    mockPulumi();
    // Pulumi's own serializer would use these names instead of every equal value.
    Object.assign(globalThis, { isProduction: true, stageName: "dev" });
  });
  after(() => {
    for (const name of ["isProduction", "stageName"]) Reflect.deleteProperty(globalThis, name);
  });

  itAnswersAsHere([
    {
      title: "answers hasOwnProperty for its own keys",

      callback: async () => [limits.hasOwnProperty("a"), limits.hasOwnProperty("c")],
      answer: [true, false],
    },
    {
      title: "keeps the order of its keys",
      callback: async () => [Object.keys(conf), conf.f()],
      answer: [["f", "b", "z"], 2],
    },
    {
      title: "keeps the order of its keys when a part was asked for first",
      callback: async () => [part(), whole()],
      answer: [2, ["x", "y"]],
    },
    {
      title: "has its own values, though the program set globals to equal ones",
      callback: async () => [flags.on, flags.off, flags.text],
      answer: [true, false, "dev"],
    },
    {
      title: "stays frozen, sealed or closed as it was",
      callback: async () => [
        Object.isFrozen(frozen),
        Object.isFrozen(frozen.list),
        Object.isFrozen(frozen.open),
        Object.isSealed(sealed),
        Object.isExtensible(closed),
      ],
      answer: [true, true, false, true, false],
    },
    {
      title: "keeps what is hidden hidden",
      callback: async () => [Object.keys(hidden), hidden.kept],
      answer: [["seen"], 2],
    },
    {
      title: "calculates its getters again, with its own `this`",
      callback: async () => computed.twice,
      answer: 4,
    },
    {
      title: "keeps its prototype",
      callback: async () => [child.base, Object.keys(child)],
      answer: [1, ["own"]],
    },
    {
      title: "keeps a key named __proto__",
      callback: async () => Object.keys(ownProto),
      answer: ["__proto__", "a"],
    },
    {
      title: "may be a function, with its own name and identity",
      callback: async () => [one.name, uno.name, (one as unknown) === uno],
      answer: ["one", "uno", false],
    },
    {
      title: "may be a function that has properties",
      callback: async () => labelled(1),
      answer: 3,
    },
    {
      title: "may have functions of every form",
      callback: async () => {
        const found: unknown[] = [forms["quoted-name"](), await forms.async(), ...forms.numbers()];
        for await (const n of forms[Symbol.iterator]()) found.push(n);
        return found;
      },
      answer: [1, 2, 3, 1],
    },
    {
      title: "may be the arguments of a call, and no array",
      callback: async () => [parameters.length, parameters[1], Array.isArray(parameters)],
      answer: [2, "x", false],
    },
    {
      title: "may be a list with holes and other keys",
      callback: async () => [1 in holes, Object.keys(holes), holes.length],
      answer: [false, ["0", "2", "extra"], 3],
    },
    {
      title: "may be a regular expression that remembers nothing",
      callback: async () => [sticky.flags, sticky.lastIndex],
      answer: ["y", 0],
    },
  ]);
});
