import { expect } from "chai";
import { createRequire } from "node:module";
import type * as remember from "../../../../components/function/packing/caching/remember";

const FILE = require.resolve("../../../../components/function/packing/caching/remember");
const KEPT = Symbol.for("aws-callbacks.kept");

type Remember = typeof remember;

describe("The cache of results by text", () => {
  const own = Reflect.get(globalThis, KEPT) as unknown;
  afterEach(() => {
    if (own === undefined) Reflect.deleteProperty(globalThis, KEPT);
    else Reflect.set(globalThis, KEPT, own);
  });

  /** Loads the module again, like a run of the program. */
  function loadAnew(): Remember {
    Reflect.deleteProperty(require.cache, FILE);
    return createRequire(__filename)(FILE) as Remember;
  }
  function lengths(): { of: (text: string) => { length: number }; made: string[] } {
    const made: string[] = [];
    const of = loadAnew().rememberByText("lengths", (text) => {
      made.push(text);
      return { length: text.length };
    });
    return { of, made };
  }

  it("computes once for each text", () => {
    const { of, made } = lengths();
    expect(of("one")).to.equal(of("one"));
    expect(of("three").length).to.equal(5);
    expect(made).to.deep.equal(["one", "three"]);
  });

  it("outlives the program's own files when its process provides storage", () => {
    Reflect.set(globalThis, KEPT, new Map());
    const first = lengths();
    const value = first.of("one");
    const second = lengths();
    expect(second.of("one")).to.equal(value);
    expect(second.made).to.deep.equal([]);
  });

  it("ends with the program's own files otherwise", () => {
    Reflect.deleteProperty(globalThis, KEPT);
    lengths().of("one");
    const { of, made } = lengths();
    of("one");
    expect(made).to.deep.equal(["one"]);
  });

  it("is emptied when this package changes", () => {
    const kept = new Map([["parsed texts of an older state", new Map()]]);
    Reflect.set(globalThis, KEPT, kept);
    lengths().of("one");
    expect(kept.size).to.equal(1);
    expect(kept.has("parsed texts of an older state")).to.equal(false);
  });
});
