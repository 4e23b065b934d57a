import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Module } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyFunction } from "../../components/function/packing/captures/closureScope";
import { packCallback } from "../../components/function/packing/packCallback";
import { refusalOf } from "../support/closures/closureCases";
import { invokeDeployed } from "../support/closures/deployed";
import { mockPulumi } from "../support/graph/pulumiMocks";

/** A package as p-map 7: it has no CommonJS build, and a default export that uses a symbol. */
const PACKAGE = {
  "package.json": JSON.stringify({
    name: "only-es",
    version: "1.0.0",
    type: "module",
    exports: { types: "./index.d.ts", default: "./index.js" },
  }),
  "index.js": `
    export const skip = Symbol("skip");
    export default async function map(list, change) {
      const all = await Promise.all(list.map(change));
      return all.filter((one) => one !== skip);
    }
    export const twice = (n) => n * 2;
    let last = 0;
    export const next = () => ++last;
  `,
};
const BODY = "map([1, 2, 3], async (n) => (n === 2 ? skip : n))";
const DYNAMIC = `async () => { const { default: map, skip } = await import("only-es"); return ${BODY}; }`;
const PROGRAMS = {
  "dynamic.cjs": `exports.callback = ${DYNAMIC};`,
  "static.cjs": `const only_es_1 = require("only-es");
    exports.callback = async () => { const { default: map, skip } = only_es_1; return ${BODY}; };`,
  "dynamic.mjs": `export const callback = ${DYNAMIC};`,
  "static.mjs": `import map, { skip } from "only-es"; export const callback = async () => ${BODY};`,
  "plain.mjs": `import { twice } from "only-es"; export const callback = async () => twice(2);`,
  "state.mjs": `import { next } from "only-es"; export const callback = async () => next();`,
  "namespace.mjs": `import * as es from "only-es"; export const callback = async () => es.twice(2);`,
};

describe("A callback that uses a package which has only ES modules", () => {
  let folder: string;
  before(() => {
    mockPulumi();
    folder = mkdtempSync(path.join(tmpdir(), "only-es-"));
    const installed = path.join(folder, "node_modules/only-es");
    mkdirSync(installed, { recursive: true });
    for (const [name, text] of Object.entries(PACKAGE))
      writeFileSync(path.join(installed, name), text);
    for (const [name, text] of Object.entries(PROGRAMS))
      writeFileSync(path.join(folder, name), text);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function callbackOf(name: keyof typeof PROGRAMS): Promise<AnyFunction> {
    const file = path.join(folder, name);
    // TypeScript would turn import() into a require.
    const load = new Function("url", "return import(url)") as (url: string) => Promise<unknown>;
    const program = name.endsWith(".mjs")
      ? await load(pathToFileURL(file).href)
      : Module.createRequire(file)(file);
    return (program as { callback: AnyFunction }).callback;
  }

  const works: readonly [what: string, file: keyof typeof PROGRAMS][] = [
    ["with `await import()` in a CommonJS program", "dynamic.cjs"],
    ["with an import of a CommonJS program", "static.cjs"],
    ["with `await import()` in a program of ES modules", "dynamic.mjs"],
    ["with a named import in a program of ES modules", "plain.mjs"],
  ];
  for (const [what, file] of works)
    it(`answers as deployed ${what}`, async () => {
      const callback = await callbackOf(file);
      const { files } = await packCallback(callback, { directory: folder });
      expect(await invokeDeployed(files)).to.deep.equal([{ result: await callback() }]);
    });

  it("is refused, with the fix, where an ES module's import has what cannot be captured", async () => {
    const load = "load the module inside the callback with `await import()`";
    expect(await refusalOf(await callbackOf("static.mjs"))).to.contain(
      `captures a Symbol (Symbol(skip)) as 'skip': use a string, or ${load}`,
    );
    expect(await refusalOf(await callbackOf("namespace.mjs"))).to.contain(
      `captures the namespace of an ES module as 'es': import what it uses by name, or ${load}`,
    );
    expect(await refusalOf(await callbackOf("state.mjs"))).to.contain(
      "assigns to the captured variable 'last' in 'next', whose value Lambda does not keep: keep state " +
        `inside a callbackFactory, or in a table; if the function is a package's, ${load}`,
    );
  });
});
