import { expect } from "chai";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as modules from "node:module";
import * as path from "node:path";

const CACHE = path.join(__dirname, "codeCache.cjs");

/** Set by @pulumi/pulumi/runtime/closure/v8Hooks.js. */
const FLAG = "--allow-natives-syntax";

/** From 22.1 on, Node.js has its own cache. */
const HAS_OWN = "enableCompileCache" in modules;

/** Exports everything that is available to a CommonJS module. */
const PACKAGE = `module.exports = async () => ({
  me: [__filename, __dirname, module.id, module.exports === exports, require.main === process.mainModule],
  found: [require("./other").name, require.resolve("./other"), require.cache[__filename] === module],
  paths: require.resolve.paths("x").length > 0,
  imported: await require("./imports")(),
  thrownAt: new Error().stack.match(/index\\.js:\\d+:\\d+/)[0],
});
`;

describe("The cache of code that V8 compiled", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "code-")));
    write("index.js", PACKAGE);
    write("other.js", `exports.name = "other"; exports.import = class { async import() {} };`);
    write("imports.js", `module.exports = async () => (await import("./module.mjs")).default;`);
    write("module.mjs", `export default "imported";`);
    write("broken.js", "const one = ;");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(file: string, text: string): void {
    const home = path.join(folder, "node_modules/one");
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, file), text);
  }

  function run(
    remembers: boolean,
    what = "one",
    flags: readonly string[] = [],
    variables: NodeJS.ProcessEnv = {},
  ): unknown {
    const script = `
      if (${remembers}) require(${JSON.stringify(CACHE)}).cacheCode(process.cwd(), process.env.KIND);
      Promise.resolve().then(() => require(${JSON.stringify(what)})).then((load) => load())
        .catch(({ stack }) => stack.split("\\n").slice(0, 5))
        .then((result) => console.log(JSON.stringify(result)));`;
    const env = { ...process.env, ...variables };
    const options = { cwd: folder, encoding: "utf8", env } as const;
    return JSON.parse(execFileSync(process.execPath, [...flags, "-e", script], options));
  }

  /** Returns the paths of the entries in the cache, in order. */
  const entries = (): string[] => {
    const home = path.join(folder, "node_modules/.cache/aws-callbacks-localcloud/code");
    if (!existsSync(home)) return [];
    return readdirSync(home).flatMap((flags) =>
      readdirSync(path.join(home, flags))
        .sort()
        .map((name) => path.join(home, flags, name)),
    );
  };
  const modificationTimes = (): number[] => entries().map((entry) => statSync(entry).mtimeMs);

  it("is invisible to a package, both when it is created and when it is used", () => {
    const plain = run(false);
    expect(run(true)).to.deep.equal(plain);
    const made = entries();
    expect(made).to.have.length(HAS_OWN ? 0 : 2);
    expect(run(true)).to.deep.equal(plain);
    expect(entries()).to.deep.equal(made);
  });

  it("compiles a file again whose text has changed, and keeps one entry per file", () => {
    const plain = run(true);
    const made = entries();
    // V8 compares only lengths.
    write("other.js", `exports.name = "OTHER"; exports.import = class { async import() {} };`);
    const changed = run(true);
    expect(changed).to.not.deep.equal(plain);
    expect(changed).to.deep.equal(run(false));
    expect(entries()).to.deep.equal(made);
  });

  it("keeps the code of other kinds of processes apart, which compile TypeScript in other ways", () => {
    run(true, "one", [], { KIND: "program" });
    const made = entries();
    run(true, "one", [], { KIND: "policies" });
    expect(entries()).to.have.length(HAS_OWN ? 0 : 2 * made.length);
    expect(entries()).to.include.members(made);
  });

  it("uses its code in programs that load Pulumi's SDK, which changes V8's flags", function () {
    if (HAS_OWN) return this.skip();
    write("other.js", `exports.name = "other"; require("node:v8").setFlagsFromString("${FLAG}");`);
    run(true);
    const times = modificationTimes();
    run(true);
    expect(modificationTimes()).to.deep.equal(times);
  });

  it("stores nothing for a process whose coverage is measured", () => {
    run(true, "one", [], { NODE_V8_COVERAGE: path.join(folder, "coverage") });
    expect(entries()).to.deep.equal([]);
  });

  it("keeps the code of processes with other flags apart", () => {
    run(true);
    const made = entries();
    run(true, "one", ["--max-semi-space-size=32"]);
    expect(entries()).to.have.length(HAS_OWN ? 0 : made.length + 2);
    expect(entries()).to.include.members(made);
  });

  it("lets Node.js report errors in a package", () => {
    expect(run(true, "one/broken")).to.deep.equal(run(false, "one/broken"));
  });
});
