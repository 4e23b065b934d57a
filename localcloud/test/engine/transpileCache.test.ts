import { expect } from "chai";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const REPOSITORY = path.join(__dirname, "../../..");
const CACHE = path.join(REPOSITORY, "localcloud/engine/process/transpileCache.cjs");

/** Prints its exports, and the position in an error's stack. */
const PROGRAM = `interface Shape {
  sides: number;
}

export const shape: Shape = { sides: 4 };
export const place = new Error().stack?.match(/program\\.ts:\\d+/)?.[0];
`;

describe("What ts-node made of a program", function () {
  let folder: string;
  let entries: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "transpile-")));
    // A folder with its own node_modules, like a user's: ts-node itself, and links to its dependencies.
    mkdirSync(path.join(folder, "node_modules"));
    cpSync(
      path.join(REPOSITORY, "node_modules/ts-node"),
      path.join(folder, "node_modules/ts-node"),
      {
        recursive: true,
      },
    );
    for (const name of readdirSync(path.join(REPOSITORY, "node_modules")))
      if (name !== "ts-node" && !name.startsWith("."))
        symlinkSync(
          path.join(REPOSITORY, "node_modules", name),
          path.join(folder, "node_modules", name),
        );
    entries = path.join(folder, "node_modules/.cache/aws-callbacks-localcloud");
    write("package.json", "{}");
    write("tsconfig.json", `{ "compilerOptions": { "target": "ES2022", "module": "commonjs" } }`);
    write("program.ts", PROGRAM);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text);

  /** Returns the program's exports from a run in a separate process. */
  function run(
    settings = "{ transpileOnly: true }",
    file = "./program.ts",
    cwd = folder,
  ): Record<string, unknown> {
    const script = `
      require(${JSON.stringify(CACHE)}).cacheTranspilation(process.cwd());
      require("ts-node").register(${settings});
      console.log(JSON.stringify(require(${JSON.stringify(file)})));`;
    return JSON.parse(
      execFileSync(process.execPath, ["-e", script], { cwd, encoding: "utf8" }),
    ) as Record<string, unknown>;
  }

  /** Changes the cached texts, so that a run shows where its text comes from. */
  function falsify(): void {
    if (!existsSync(entries)) return;
    for (const name of readdirSync(entries)) {
      const entry = path.join(entries, name);
      writeFileSync(entry, readFileSync(entry, "utf8").replace("sides: 4", "sides: 5"));
    }
  }

  it("is cached for the next run, with the source's lines in its errors", () => {
    const first = run();
    expect(first).to.deep.equal({ shape: { sides: 4 }, place: "program.ts:6" });
    expect(run()).to.deep.equal(first);
    falsify();
    expect(run()).to.deep.equal({ shape: { sides: 5 }, place: "program.ts:6" });
  });

  it("is kept in memory by a process that compiles it again, until the file changes", () => {
    const script = `
      const { existsSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
      const folder = ${JSON.stringify(path.join(entries, path.sep))};
      const { cacheTranspilation } = require(${JSON.stringify(CACHE)});
      const { register } = require("ts-node");
      const memory = new Map();
      const run = () => {
        require("ts-node").register = register;
        cacheTranspilation(process.cwd(), undefined, memory);
        require("ts-node").register({ transpileOnly: true });
        for (const file of Object.keys(require.cache)) if (file.endsWith("program.ts")) delete require.cache[file];
        return require("./program.ts");
      };
      const results = [run()];
      const text = readFileSync("program.ts", "utf8");
      const written = () => readdirSync(folder).filter((name) => name.endsWith(".js"));
      // What is on disk by then is not read.
      const again = () => {
        if (!existsSync(folder) || written().length === 0) return setImmediate(again);
        for (const name of written()) writeFileSync(folder + name, "something else");
        results.push(run());
        writeFileSync("program.ts", text.replace("sides: 4", "sides: 6"));
        results.push(run());
        console.log(JSON.stringify(results));
      };
      again();`;
    const output = execFileSync(process.execPath, ["-e", script], {
      cwd: folder,
      encoding: "utf8",
    });
    const place = "program.ts:6";
    expect(JSON.parse(output)).to.deep.equal([
      { shape: { sides: 4 }, place },
      { shape: { sides: 4 }, place },
      { shape: { sides: 6 }, place },
    ]);
  });

  it("is created again when the file has changed, in the same entry", () => {
    run();
    falsify();
    write("program.ts", `${PROGRAM}export const more = 1;\n`);
    expect(run()).to.deep.include({ shape: { sides: 4 } });
    expect(readdirSync(entries)).to.have.length(1);
  });

  it("is created separately for other compiler options or another package type", () => {
    const options = (target: string): string =>
      `{ "compilerOptions": { "target": "${target}", "module": "commonjs" } }`;
    const ways = [
      () => write("tsconfig.json", options("ES2022")),
      () => write("tsconfig.json", options("ES2021")),
      () => write("package.json", `{ "type": "commonjs" }`),
    ];
    for (const change of ways) {
      falsify();
      change();
      expect(run()).to.deep.include({ shape: { sides: 4 } });
    }
    falsify();
    expect(run(), "as it is now").to.deep.include({ shape: { sides: 5 } });
    write("package.json", "{}");
    write("tsconfig.json", options("ES2022"));
    expect(run(), "as it was at first").to.deep.include({ shape: { sides: 5 } });
    write("package.json", `{ "name": "of-another-name" }`);
    expect(run(), "of another name").to.deep.include({ shape: { sides: 5 } });
  });

  it("is shared by all projects with equal settings, wherever they are", () => {
    run();
    falsify();
    const project = path.join(folder, "another");
    mkdirSync(project);
    for (const name of ["package.json", "tsconfig.json"])
      cpSync(path.join(folder, name), path.join(project, name));
    expect(run(undefined, "../program.ts", project)).to.deep.include({ shape: { sides: 5 } });
  });

  it("is not read from an incomplete entry", () => {
    run();
    for (const name of readdirSync(entries)) writeFileSync(path.join(entries, name), "//");
    expect(run()).to.deep.include({ shape: { sides: 4 } });
  });

  it("is not cached for a program elsewhere, nor if types are checked", () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), "elsewhere-"));
    writeFileSync(path.join(elsewhere, "program.ts"), PROGRAM);
    run("{ transpileOnly: true, scope: false }", path.join(elsewhere, "program.ts"));
    run("{ transpileOnly: false }");
    rmSync(elsewhere, { recursive: true });
    expect(() => readdirSync(entries)).to.throw("ENOENT");
  });

  it("is not affected if the cache cannot be written", () => {
    mkdirSync(path.dirname(entries), { recursive: true });
    writeFileSync(entries, "a file, not a folder");
    expect(run()).to.deep.include({ shape: { sides: 4 } });
  });
});
