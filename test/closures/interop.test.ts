import { expect } from "chai";
import { Module } from "node:module";
import * as path from "node:path";
import * as ts from "typescript";
import type { AnyFunction } from "../../components/function/packing/captures/closureScope";
import { packCallback } from "../../components/function/packing/packCallback";
import { invokeDeployed } from "../support/closures/deployed";
import { mockPulumi } from "../support/graph/pulumiMocks";

/** A user's program, compiled with the settings of that program. */
const SOURCE = `
import * as ssm from "@aws-sdk/client-ssm";
import * as semver from "semver";
import * as os from "node:os";
import * as path from "node:path";
import fs from "node:fs";
import YAML from "yaml";
import * as plain from "./plainLibrary";

export const callbacks = {
  "a client of the SDK": async () => [typeof ssm.SSMClient, new ssm.GetParameterCommand({ Name: "x" }).input.Name],
  "a CommonJS package": async () => semver.satisfies("1.2.3", "^1.2"),
  "the default of a CommonJS package": async () => typeof semver.default?.satisfies,
  "a module of Node.js": async () => os.EOL,
  "a module of Node.js that is passed on": async () => { const p = path; return p.join("a", "b"); },
  "the default of a module of Node.js": async () => typeof fs.readFileSync,
  "the default of a package": async () => YAML.parse("a: 1").a,
  "a plain JavaScript file of the program": async () => plain.double(2),
  "import() of a module of Node.js": async () => (await import("node:os")).EOL,
  "import() of a package": async () => (await import("semver")).satisfies("1.2.3", "^1.2"),
  "import() of a package, taken apart": async () => { const { satisfies } = await import("semver"); return satisfies("1.2.3", "^2"); },
  "the default of import()": async () => (await import("yaml")).default.parse("a: 2").a,
};`;

const SETTINGS: Record<string, ts.CompilerOptions> = {
  "esModuleInterop and CommonJS": { module: ts.ModuleKind.CommonJS, esModuleInterop: true },
  "module nodenext": { module: ts.ModuleKind.NodeNext },
  "neither, as in this repository": { module: ts.ModuleKind.CommonJS, esModuleInterop: false },
};

/** TypeScript needs the setting for the default export of CommonJS modules. */
const ONLY_INTEROP = [
  "the default of a module of Node.js",
  "the default of a package",
  "the default of import()",
];

/** Loads the source as a file of the fixtures folder. */
function compile(name: string, options: ts.CompilerOptions): Record<string, AnyFunction> {
  const { outputText } = ts.transpileModule(SOURCE, {
    fileName: "program.ts",
    compilerOptions: { target: ts.ScriptTarget.ES2022, ...options },
  });
  const file = path.join(__dirname, "fixtures", `${name.replaceAll(/\W/g, "-")}.js`);
  const program = new Module(file) as Compiling;
  Object.assign(program, { filename: file, paths: module.paths });
  program._compile(outputText, file);
  return (program.exports as { callbacks: Record<string, AnyFunction> }).callbacks;
}

/** Node.js provides it for loaders such as ts-node. */
interface Compiling extends NodeModule {
  _compile(text: string, file: string): void;
}

for (const [name, options] of Object.entries(SETTINGS)) {
  describe(`A callback compiled with ${name}`, () => {
    before(() => mockPulumi());
    for (const [uses, callback] of Object.entries(compile(name, options))) {
      if (name.startsWith("neither") && ONLY_INTEROP.includes(uses)) continue;
      it(`uses ${uses}`, async () => {
        const here: unknown = await callback();
        const { files } = await packCallback(callback);
        expect(await invokeDeployed(files)).to.deep.equal([{ result: here }]);
      });
    }
  });
}

describe("A package imported with `import * as` under esModuleInterop", () => {
  before(() => mockPulumi());

  it("is as small as without", async () => {
    const sizes = await Promise.all(
      Object.entries(SETTINGS).map(async ([name, options]) => {
        const callbacks = compile(`${name} sizes`, options);
        const { files } = await packCallback(callbacks["a client of the SDK"]);
        return files["deps.js"].length;
      }),
    );
    expect(new Set(sizes).size).to.equal(1);
  });
});
