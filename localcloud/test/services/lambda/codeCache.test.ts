import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packageFile } from "../../../core/packageRoot";
import { runs } from "./codeCacheRuns";

const BOOTSTRAP = packageFile("services/lambda/runtime/node/codeCache.cjs");

/** Exports properties of the way the module was loaded. */
const MODULE = `exports.here = new Error("here").stack.split("\\n")[1].replace(/.*:(\\d+:\\d+)\\)?$/, "$1");
exports.own = this === module.exports && module.filename === __filename;
exports.imported = import("node:path").then(({ default: path, sep }) => path.sep === sep);
exports.dependency = require("./dependency.js").name;
exports.lazy = (n) => { const twice = (m) => m * 2; return twice(n); };`;

/** Makes the code long enough to be cached, and different in every run, so that the first run finds no cache. */
const padded = (code: string, id: string): string => `${code}\n// ${id} ${"x".repeat(80_000)}`;

describe("Lambda: compiled code that is kept", () => {
  const id = randomUUID();
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "code-cache-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const seen = (name: string, code: string): unknown =>
    runs({ bootstrap: BOOTSTRAP, folder, name, code });
  const cache = (): string => join(folder, "cache");

  it("is invisible to a module, both when it is created and when it is used", () => {
    const plain = seen("plain", MODULE);
    expect(plain).to.deep.include({ here: "1:16", own: true, lazy: 42 });
    expect(existsSync(cache())).to.equal(false);
    expect(seen("large", padded(MODULE, id))).to.deep.equal(plain);
    expect(readdirSync(cache())).to.have.length(1);
    const made = readFileSync(join(cache(), readdirSync(cache())[0]));
    expect(seen("large", padded(MODULE, id))).to.deep.equal(plain);
    expect(readFileSync(join(cache(), readdirSync(cache())[0])).equals(made)).to.equal(true);
  });

  it("is not created for a module that imports at run time, which loads normally", () => {
    const importing = 'exports.imported = import("./dependency.js").then(({ name }) => name);';
    const seenThere = seen("importing", padded(`${MODULE}\n${importing}`, id));
    expect(seenThere).to.deep.include({ imported: "dependency", here: "1:16", lazy: 42 });
    expect(readdirSync(cache())).to.have.length(1);
  });

  it("is created again when it is damaged", () => {
    const [name] = readdirSync(cache());
    const file = join(cache(), name);
    for (const damage of [Buffer.from("no cache"), readFileSync(file).subarray(0, 500)]) {
      writeFileSync(file, damage);
      expect(seen("large", padded(MODULE, id))).to.deep.include({ lazy: 42 });
      expect(readFileSync(file).length).to.be.greaterThan(500);
    }
  });

  it("includes the functions that the first request called", () => {
    const many = Array.from({ length: 500 }, (_, n) => `n = n * ${n} + ${n} - (n % 7);`).join(" ");
    const code = padded(
      MODULE.replace("{ const twice", `{ if (n < 0) { ${many} } const twice`),
      id,
    );
    const sizes = [true, false].map((keepsFirst) => {
      const home = join(folder, `keeps first ${keepsFirst}`);
      runs({ bootstrap: BOOTSTRAP, folder: home, name: "large", code, keepsFirst });
      const [file] = readdirSync(join(home, "cache"));
      return readFileSync(join(home, "cache", file)).length;
    });
    expect(sizes[1]).to.be.greaterThan(sizes[0] + 5_000);
  });

  it("does not hide a module's own error", () => {
    const broken = padded("throw new TypeError('as written');", id);
    expect(() => seen("broken", broken)).to.throw(/TypeError: as written/);
    expect(() => seen("syntax", padded("const = 1;", id))).to.throw(/SyntaxError/);
  });
});
