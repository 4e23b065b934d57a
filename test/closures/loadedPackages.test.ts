import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { packCallback } from "../../components/function/packing/packCallback";
import { invokeDeployed } from "../support/closures/deployed";
import { ProgramFolder, type TestPackage } from "../support/closures/programFolder";
import { mockPulumi } from "../support/graph/pulumiMocks";

const ES = { type: "module", exports: "./index.js" };
const FLAG = `Object.defineProperty(exports, "__esModule", { value: true });`;

const PACKAGES: Record<string, TestPackage> = {
  "live-dual": {
    manifest: { exports: { import: "./index.mjs", require: "./index.cjs" } },
    files: {
      "index.mjs": `
        export let locale = "en";
        export const setLocale = (name) => { locale = name; };
        export let client;
        export const connect = () => { client = { ok: true }; };
        export const unused = "never used";`,
      "index.cjs": `${FLAG}
        exports.locale = "en";
        exports.setLocale = (name) => { exports.locale = name; };
        exports.connect = () => { exports.client = { ok: true }; };
        exports.unused = "never used";`,
    },
  },
  "live-es": {
    manifest: ES,
    files: {
      "index.js": `
        export let n = 0;
        export const reset = () => { n = 5; };
        export default function count() { return n; }`,
    },
  },
  flagged: {
    files: {
      "index.js": `${FLAG} class Ajv { go() { return "went"; } } exports.default = Ajv; exports.Ajv = Ajv;`,
    },
  },
  "flagged-field": {
    manifest: { main: "index.js", module: "index.mjs" },
    files: {
      "index.js": `${FLAG} exports.default = () => "by require"; exports.name = "n";`,
      "index.mjs": `export default () => "by import"; export const name = "n";`,
    },
  },
  "function-field": {
    manifest: { main: "index.js", module: "index.mjs" },
    files: {
      "index.js": `module.exports = (n) => n + 1; module.exports.zero = 0; module.exports.a = 1;`,
      "index.mjs": `export default (n) => n + 1; export const zero = 0; export const a = 1;`,
    },
  },
  "plain-dual": {
    manifest: {
      exports: {
        ".": { import: "./index.mjs", require: "./index.cjs" },
        "./lib/*": { import: "./lib/*.mjs", require: "./lib/*.cjs" },
        "./lib/own": null,
      },
    },
    files: {
      "index.mjs": `export const build = "import"; export default "default of import";`,
      "index.cjs": `exports.build = "require"; exports.default = "default of require";`,
      "lib/sub.mjs": `export const build = "import of sub";`,
      "lib/sub.cjs": `exports.build = "require of sub";`,
    },
  },
  conditions: {
    manifest: {
      exports: {
        module: "./module.mjs",
        browser: "./browser.mjs",
        node: { import: ["./node.mjs"], require: "./node.cjs" },
        default: "./default.mjs",
      },
    },
    files: Object.fromEntries(
      ["module", "browser", "node", "default"].flatMap((name) => [
        [`${name}.mjs`, `export const build = "${name}";`],
        [`${name}.cjs`, `exports.build = "${name}, required";`],
      ]),
    ),
  },
  "throws-es": { manifest: ES, files: { "index.js": `throw new Error("needs X"); export let v;` } },
  "meta-es": {
    manifest: ES,
    files: {
      "index.js": `
        import { createRequire } from "node:module";
        const require = createRequire(import.meta.url);
        export const base = () => require("node:path").basename("folder/file");
        export const types = () => [typeof import.meta.dirname, typeof import.meta.filename];`,
    },
  },
  "awaiting-es": {
    manifest: ES,
    files: { "index.js": `export const v = await Promise.resolve(4);` },
  },
  "loud-es": {
    manifest: ES,
    files: { "index.js": `globalThis.LOUD = "loaded"; export const v = 1; export default 2;` },
  },
};

/** What is claimed, and the body of an async callback of a CommonJS program; `event.rare` is undefined. */
type Claim = readonly [claim: string, body: string, imports?: string];

const LIVE: Claim[] = [
  [
    "that a package with both builds assigns",
    `lib.setLocale("de"); lib.connect(); return [lib.locale, lib.client];`,
    `const lib = require("live-dual");`,
  ],
  [
    "that an ES module loaded by import() assigns",
    `const m = await import("live-es"); m.reset(); return [m.n, m.default()];`,
  ],
  [
    "after `__importStar`, which TypeScript adds under esModuleInterop",
    `const m = await Promise.resolve().then(() => __importStar(require("live-dual")));
     m.setLocale("de"); return m.locale;`,
    `const __importStar = (mod) => { if (mod && mod.__esModule) return mod; return { ...mod, default: mod }; };`,
  ],
];

const IMPORTED: Claim[] = [
  [
    "module.exports as the default of a CommonJS module, whatever its flag says",
    `const { default: ajv, Ajv } = await import("flagged");
     const m = await import("flagged");
     return [new ajv.default().go(), new Ajv().go(), Object.keys(m).filter((k) => k !== "module.exports").sort()];`,
  ],
  [
    "module.exports as the default where the field `module` names another default",
    `const { default: required, name } = await import("flagged-field"); return [required.default(), name];`,
  ],
  [
    "a function that is module.exports, with its members by name",
    `const m = await import("function-field");
     return [m.default(1), m.zero, (await import("function-field")) === (await import("function-field"))];`,
  ],
  [
    "the ES module that `exports` names for import",
    `const m = await import("plain-dual"); return [m.build, m.default, require("plain-dual").default];`,
  ],
  [
    "the ES module that a pattern of `exports` names for import",
    `return (await import("plain-dual/lib/sub")).build;`,
  ],
  [
    "the ES module of the condition `node` before one for bundlers",
    `return (await import("conditions")).build;`,
  ],
  [
    "what a data: URL contains",
    `return (await import("data:text/javascript,export default 5")).default;`,
  ],
];

const DEFERRED: Claim[] = [
  [
    "with import() that is never reached",
    `const { v } = await import("loud-es"); if (event.rare) await import("throws-es"); return v;`,
  ],
  [
    "with import() that TypeScript compiled to require",
    `if (event.rare) await Promise.resolve().then(() => require("throws-es"));
     if (event.rare) require("loud-es").v;
     return [lib.unused, globalThis.LOUD ?? "not loaded"];`,
    `const lib = require("live-dual");`,
  ],
  [
    "with import() whose error is handled",
    `try { return (await import("throws-es")).v; } catch (error) { return error.message; }`,
  ],
  [
    "with an import() whose whole module is used",
    `const m = await Promise.resolve().then(() => require("loud-es"));
     const take = (all) => [all.v, all.default, all === m];
     return take(await Promise.resolve().then(() => require("loud-es")));`,
  ],
];

const HANDLED: Claim[] = [
  ["with catch", `return import("not-there").catch((error) => error.code);`],
  [
    "with catch after then",
    `return import("not-there").then((m) => m.v).then((v) => v + 1).catch(() => "without");`,
  ],
  [
    "with the second argument of then",
    `return import("not-there").then(() => 1, () => "without");`,
  ],
  [
    "with catch of what TypeScript compiled to require",
    `return Promise.resolve().then(() => require("not-there")).catch((error) => error.code);`,
  ],
  [
    "in a try that loads a computed name",
    `const name = "not-there"; try { return require(name); } catch (error) { return error.code; }`,
  ],
];

const REFUSED: readonly [claim: string, body: string, message: string][] = [
  [
    "import() of a computed name",
    `const name = "live-es"; return await import(name);`,
    "calls import(name), so that packing cannot know which package Lambda needs: write each name as text",
  ],
  [
    "require of a computed name",
    `return require("live-" + event.build);`,
    `calls require("live-" + event.build)`,
  ],
  ["require.resolve", `return require.resolve("live-dual");`, `calls require.resolve("live-dual")`],
  [
    "a missing package whose `finally` handles nothing",
    `return import("not-there").finally(() => 1);`,
    "requires 'not-there', which is not installed",
  ],
  [
    "a missing package that the handler of another promise loads",
    `return Promise.resolve().then(() => { const f = () => import("not-there"); return f; }).catch(() => 1);`,
    "requires 'not-there', which is not installed",
  ],
  [
    "a package with await outside of functions",
    `return (await import("awaiting-es")).v;`,
    "needs package awaiting-es, which uses await outside of functions",
  ],
];

describe("A callback in Lambda", () => {
  let program: ProgramFolder;
  before(() => {
    mockPulumi();
    program = new ProgramFolder(PACKAGES);
  });
  after(() => program.remove());

  async function expectSameAnswer([, body, imports = ""]: Claim): Promise<void> {
    const text = `"use strict"; ${imports}\nexports.callback = async (event) => { ${body} };`;
    const callback = await program.callbackOf(text);
    const { files } = await packCallback(callback, { directory: program.directory });
    const deployed = await invokeDeployed(files);
    delete (globalThis as { LOUD?: string }).LOUD;
    expect(deployed).to.deep.equal([{ result: await callback({}) }]);
  }

  for (const claim of LIVE)
    it(`sees the new value of an export ${claim[0]}`, () => expectSameAnswer(claim));
  for (const claim of IMPORTED)
    it(`gets from import(), like Node.js, ${claim[0]}`, () => expectSameAnswer(claim));
  for (const claim of DEFERRED)
    it(`evaluates an ES module where it is loaded, ${claim[0]}`, () => expectSameAnswer(claim));

  for (const claim of HANDLED)
    it(`gets the error of a missing package that it handles ${claim[0]}`, () =>
      expectSameAnswer(claim));
  it("gets its own place in Lambda as `import.meta.url` of a package", () =>
    expectSameAnswer(["", `const m = await import("meta-es"); return [m.base(), m.types()];`]));
  it("gets a package whose name is a template without expressions", () =>
    expectSameAnswer(["", "return (await import(`live-dual`)).unused;"]));
  it("may require by a function that createRequire made", () =>
    expectSameAnswer([
      "",
      `const require = (await import("node:module")).createRequire("/");
       const name = "node:path"; return require(name).sep;`,
    ]));

  for (const [claim, body, message] of REFUSED)
    it(`is refused at preview for ${claim}`, async () => {
      const callback = await program.callbackOf(`exports.callback = async (event) => { ${body} };`);
      const packed = packCallback(callback, { directory: program.directory });
      const refusal: unknown = await packed.catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(pulumi.ResourceError);
      expect((refusal as Error).message).to.contain(message);
    });

  it("contains only the used exports of a module whose exports change", async () => {
    const text = `const lib = require("live-dual"); exports.callback = async () => lib.locale;`;
    const callback = await program.callbackOf(text);
    const { files } = await packCallback(callback, { directory: program.directory });
    expect(files["deps.js"]).not.to.contain("never used");
  });
});
