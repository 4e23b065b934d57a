import { expect } from "chai";
import * as fc from "fast-check";
import { freeVariables } from "../../../../components/function/packing/text/freeVariables";

/** source, the free variables it reads, the ones it assigns. */
const cases: [source: string, reads: string[], assigns: string[]][] = [
  ["() => a + b.c", ["a", "b"], []],
  ["(a, { b, c: [d] }, ...e) => a + b + d + e", [], []],
  ["(a = b) => a", ["b"], []],
  ["function f() { return f; }", [], []],
  ["function () { return arguments; }", [], []],
  ["() => arguments", ["arguments"], []],
  ["() => { a = 1; }", [], ["a"]],
  ["() => { a ??= 1; b++; --c; }", [], ["a", "b", "c"]],
  ["() => { ({ a, x: b, ...c } = d); [e.f, g] = []; }", ["d", "e"], ["a", "b", "c", "g"]],
  ["() => { for (a of b); for (c.d in e); for ([f] of []); }", ["b", "c", "e"], ["a", "f"]],
  ["() => { for (const a of b) a; for (let i = 0; i < n; i++) i; }", ["b", "n"], []],
  ["(a) => { a = 1; { let b = 2; b = 3; } var c; c = 4; }", [], []],
  ["() => { { let a = 1; } a = 2; }", [], ["a"]],
  ["() => { if (x) { var a = 1; } a = 2; }", ["x"], []],
  ["() => { try { a(); } catch ({ message }) { message; } catchless: b(); }", ["a", "b"], []],
  ["() => { switch (a) { case b: let c; c = 1; } }", ["a", "b"], []],
  ["() => () => { a += 1; return (a) => { a = 1; }; }", [], ["a"]],
  [
    "() => { class A extends B { #p = q; static { r = 1; } m() { return A.#s(this.#p); } static #s() {} } }",
    ["B", "q"],
    ["r"],
  ],
  ["async *gen(a) { yield* b; await c; }", ["b", "c"], []],
  ["get value() { return a; }", ["a"], []],
  ["[key]() { return a; }", ["a"], []],
  ["class A { constructor() { a = this.b; } }", [], ["a"]],
  ["() => ({ a, b: c, [d]: 1, e() { return f; } })", ["a", "c", "d", "f"], []],
  ["() => typeof a", ["a"], []],
  ["() => a?.b[c] + `${d}`", ["a", "c", "d"], []],
];

describe("freeVariables", () => {
  for (const [source, reads, assigns] of cases) {
    it(`finds those of ${source}`, () => {
      const free = freeVariables(source);
      if (!free) throw new Error("was not parsed");
      const names = [...free.keys()];
      expect(names.filter((name) => !free.get(name)?.assigned)).to.have.members(reads);
      expect(names.filter((name) => free.get(name)?.assigned)).to.have.members(assigns);
    });
  }

  it("returns nothing for native code", () => {
    expect(freeVariables(Function.prototype.toString.call(Math.max))).to.equal(undefined);
  });

  it("never returns a declared name, however deeply nested its use is", () => {
    const name = fc.constantFrom("a", "b", "c");
    const wrap = fc.constantFrom(
      (body: string) => `{ ${body} }`,
      (body: string) => `(() => { ${body} })();`,
      (body: string) => `if (true) { ${body} }`,
      (body: string) => `try { ${body} } finally {}`,
    );
    fc.assert(
      fc.property(name, name, fc.array(wrap, { maxLength: 6 }), (declared, used, wraps) => {
        const body = wraps.reduce((inner, one) => one(inner), `${used} = 1;`);
        const free = freeVariables(`() => { let ${declared}; ${body} }`);
        expect(free?.has(used)).to.equal(declared !== used);
      }),
    );
  });
});
