import { expect } from "chai";
import { packCallback } from "../../components/function/packing/packCallback";
import { invokeDeployed } from "../support/closures/deployed";
import { ProgramFolder, type TestPackage } from "../support/closures/programFolder";
import { mockPulumi } from "../support/graph/pulumiMocks";

const CODE = {
  common: `
    class Scalar {}
    exports.Scalar = Scalar;
    exports.kinds = [];
    exports.isScalar = (value) => value instanceof Scalar;
    exports.unused = "never used by CommonJS";`,
  es: `
    export class Scalar {}
    export const kinds = [];
    export const isScalar = (value) => value instanceof Scalar;
    export const unused = "never used by ES";`,
};

/** `dual` has both builds; Node.js ignores the field `module`, so every package gets its CommonJS build. */
const PACKAGES: Record<string, TestPackage> = {
  dual: {
    manifest: { main: "index.js", module: "index.mjs" },
    files: {
      "index.js": CODE.common,
      "index.mjs": CODE.es,
      "sub.js": `exports.add = (kind) => require("./index").kinds.push(kind);`,
    },
  },
  mapped: {
    manifest: { exports: { import: "./index.mjs", require: "./index.cjs" } },
    files: { "index.cjs": CODE.common, "index.mjs": CODE.es },
  },
  "requires-dual": {
    files: {
      "index.js": `
        const { Scalar, kinds } = require("dual");
        exports.create = () => new Scalar();
        exports.add = (kind) => kinds.push(kind);`,
    },
  },
  "requires-mapped": {
    files: { "index.js": `exports.create = () => new (require("mapped").Scalar)();` },
  },
  "imports-dual": {
    manifest: { type: "module", exports: "./index.js" },
    files: {
      "index.js": `
        import { isScalar } from "dual";
        export const judge = (value) => isScalar(value);`,
    },
  },
  "imports-default": {
    manifest: { type: "module", exports: "./index.js" },
    files: { "index.js": `import dual from "dual"; export const { kinds } = dual;` },
  },
  "imports-mapped": {
    manifest: { type: "module", exports: "./index.js" },
    files: { "index.js": `export { isScalar } from "mapped";` },
  },
};

/** What is claimed, and the body of an async callback. */
const CLAIMS: readonly (readonly [claim: string, body: string])[] = [
  [
    "by the callback and by a CommonJS package",
    `return require("dual").isScalar(require("requires-dual").create());`,
  ],
  [
    "by the callback, one name at a time, and by a CommonJS package",
    `const { kinds } = require("dual"); require("requires-dual").add("date"); return kinds.at(-1);`,
  ],
  [
    "by import() and by a CommonJS package",
    `const { isScalar } = await import("dual"); return isScalar(require("requires-dual").create());`,
  ],
  [
    "by the callback and by another file of the package",
    `require("dual/sub").add("date"); return require("dual").kinds.at(-1);`,
  ],
  [
    "by an ES package and by a CommonJS package",
    `const { judge } = await import("imports-dual"); return judge(require("requires-dual").create());`,
  ],
  [
    "by an ES package whose import only the CommonJS build has",
    `return (await import("imports-default")).kinds === require("dual").kinds;`,
  ],
  [
    "with `exports`, by the callback and by a CommonJS package",
    `return require("mapped").isScalar(require("requires-mapped").create());`,
  ],
];

describe("A package with an ES and a CommonJS build", () => {
  let program: ProgramFolder;
  before(() => {
    mockPulumi();
    program = new ProgramFolder(PACKAGES);
  });
  after(() => program.remove());

  async function expectSameAnswer(body: string): Promise<void> {
    const text = `"use strict"; exports.callback = async () => { ${body} };`;
    const callback = await program.callbackOf(text);
    const { files } = await packCallback(callback, { directory: program.directory });
    const deployed = await invokeDeployed(files);
    expect(deployed).to.deep.equal([{ result: await callback({}) }]);
  }

  for (const [claim, body] of CLAIMS)
    it(`has one state, if it is loaded ${claim}`, () => expectSameAnswer(body));

  it("has two states, as in Node.js, if `exports` gives an ES package another build", () =>
    expectSameAnswer(`
      const { isScalar } = await import("imports-mapped");
      return isScalar(require("requires-mapped").create());`));

  it("is tree-shaken if nothing requires its CommonJS build", async () => {
    const text = `exports.callback = async () => require("dual").kinds;`;
    const callback = await program.callbackOf(text);
    const { files } = await packCallback(callback, { directory: program.directory });
    expect(files["deps.js"]).to.not.contain("never used");
  });
});
