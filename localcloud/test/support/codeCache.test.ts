import { expect } from "chai";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as modules from "node:module";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";

const CACHE = path.join(__dirname, "codeCache.cjs");

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

describe("The memory of what V8 made of packages", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "code-")));
    write("index.js", PACKAGE);
    write("other.js", `exports.name = "other";`);
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

  function run(remembers: boolean, what = "one", flags: readonly string[] = []): unknown {
    const script = `
      if (${remembers}) require(${JSON.stringify(CACHE)}).cacheCode(process.cwd());
      Promise.resolve().then(() => require(${JSON.stringify(what)})).then((load) => load())
        .catch(({ stack }) => stack.split("\\n").slice(0, 5))
        .then((result) => console.log(JSON.stringify(result)));`;
    const options = { cwd: folder, encoding: "utf8" } as const;
    return JSON.parse(execFileSync(process.execPath, [...flags, "-e", script], options));
  }

  const entries = (): string[] => {
    const home = path.join(folder, "node_modules/.cache/aws-callbacks-localcloud/code");
    if (!existsSync(home)) return [];
    return readdirSync(home).flatMap((flags) => readdirSync(path.join(home, flags)).sort());
  };

  it("is invisible to a package, both when it is created and when it is used", () => {
    const plain = run(false);
    expect(run(true)).to.deep.equal(plain);
    const made = entries();
    expect(made).to.have.length(HAS_OWN ? 0 : 2);
    expect(run(true)).to.deep.equal(plain);
    expect(entries()).to.deep.equal(made);
    write("other.js", `exports.name = "changed";`);
    expect(isDeepStrictEqual(run(true), plain)).to.equal(false);
    expect(entries()).to.have.length(HAS_OWN ? 0 : 3);
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
