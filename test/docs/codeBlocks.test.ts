import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import * as ts from "typescript";

const ROOT = path.resolve(__dirname, "../..");

/** The packages as users import them, resolved to their sources here. */
const PATHS = {
  "aws-callbacks": ["components/index.ts"],
  "aws-callbacks-localcloud": ["localcloud/index.ts"],
  "aws-callbacks-localcloud/testing": ["localcloud/testing/index.ts"],
};

/** Returns every TypeScript block of a page, as a module next to it. */
function codeOf(file: string): [name: string, code: string][] {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code], index) => [
    path.join(ROOT, `${file}.block${index + 1}.ts`),
    code,
  ]);
}

function pages(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return pages(name);
    return entry.name.endsWith(".md") ? [name] : [];
  });
}

/** Returns the compiler's errors about the blocks, with page and line. */
function problems(blocks: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, files: [], include: [] },
    ts.sys,
    ROOT,
  );
  const settings = { ...options, baseUrl: ROOT, paths: PATHS, noUnusedLocals: false };
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => blocks.has(name) || fileExists(name);
  host.readFile = (name) => blocks.get(name) ?? readFile(name);
  host.getSourceFile = (name, target, ...rest) => {
    const block = blocks.get(name);
    return block === undefined
      ? getSourceFile(name, target, ...rest)
      : ts.createSourceFile(name, block, target);
  };
  const program = ts.createProgram([...blocks.keys()], settings, host);
  return [...blocks.keys()].flatMap((name) => {
    const source = program.getSourceFile(name);
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return found.map(({ messageText, start = 0 }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${path.relative(ROOT, name)}:${line} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

/** Compiled along with the pages, to prove that errors are found. */
const WRONG = path.join(ROOT, "wrong.ts");
const MISTAKE = `import { CallbackFunction } from "aws-callbacks";
new CallbackFunction("x", { permision: [] });
`;

describe("the code in README and docs", function () {
  this.timeout(120_000);

  it("compiles with the present packages, and a wrong argument is found", () => {
    // docs/testing.md is one program in several blocks: test/package runs it with the built packages.
    const others = pages("docs").filter((page) => page !== path.join("docs", "testing.md"));
    const blocks = new Map(["README.md", ...others].flatMap(codeOf));
    expect(blocks.size).to.be.greaterThan(2);
    const [first, ...rest] = problems(new Map([...blocks, [WRONG, MISTAKE]]));
    expect(rest).to.deep.equal([]);
    expect(first).to.match(/^wrong\.ts:2 .*permision/);
  });
});
