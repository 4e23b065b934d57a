import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";

const ROOT = path.join(__dirname, "../..");
const FILE = path.join(ROOT, ".mocharc.js");
const MOCHA = require.resolve("mocha/bin/mocha.js");

describe("The configuration of npm test", () => {
  it("is that of the other runs too, which start", function () {
    this.timeout(60_000);
    for (const name of ["quick", "restarts"]) {
      const words = [MOCHA, `--config=.mocharc.${name}.js`, "test/components/names.test.ts"];
      const printed = execFileSync(process.execPath, words, { encoding: "utf8", cwd: ROOT });
      expect(printed, name).to.match(/^[1-9]\d* passed, 0 failed/m);
    }
  });

  it("names all test files only if the command line names none", () => {
    expect(specFor([])).to.include("test/stacks/**/*.test.ts");
    for (const option of [
      ["--grep", "words"],
      ["--grep", "GET /items"],
      ["--require", "./more.cjs"],
    ])
      expect(specFor(option), option.join(" ")).to.include("localcloud/test/**/*.test.ts");
    const [file, pattern, folder] = ["mocharc.test.ts", "test/**/*.test.ts", "test/support"];
    for (const given of [`test/support/${file}`, file, pattern, folder, `${folder}/`])
      expect(specFor([given]), given).to.equal(undefined);
  });
});

/** Returns the configured files of `npm test -- <given>`. */
function specFor(given: readonly string[]): readonly string[] | undefined {
  const { argv } = process;
  process.argv = [...argv.slice(0, 2), ...given];
  delete require.cache[FILE];
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- mocha loads it in the same way
    return (require(FILE) as { spec?: string[] }).spec;
  } finally {
    process.argv = argv;
    delete require.cache[FILE];
  }
}
