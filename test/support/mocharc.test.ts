import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";

const ROOT = path.join(__dirname, "../..");
const FILE = path.join(ROOT, ".mocharc.js");
const MOCHA = require.resolve("mocha/bin/mocha.js");

const PASSED = /^[1-9]\d* passed, 0 failed/m;

describe("The configuration of npm test", function () {
  this.timeout(60_000);

  it("is that of the other runs too, which start", () => {
    for (const name of ["quick", "restarts"])
      expect(run(`--config=.mocharc.${name}.js`, "test/components/names.test.ts"), name).to.match(
        PASSED,
      );
  });

  it("runs the tests of a folder, with those below it", () => {
    const printed = run("localcloud/test/services/eventbridge");
    expect(printed).to.match(PASSED).and.contain("EventBridge rules").and.contain("event patterns");
  });

  it("names all test files only if the command line names none", () => {
    expect(specFor([])).to.include("test/stacks/**/*.test.ts");
    for (const option of [
      ["-g", "test"],
      ["--grep", "words"],
      ["--grep", "GET /items"],
      ["--require", "./more.cjs"],
      ["--ignore", "test/e2e/**"],
      ["-O", "output=reports/all.json"],
    ])
      expect(specFor(option), option.join(" ")).to.include("localcloud/test/**/*.test.ts");
    const [file, pattern, folder] = ["mocharc.test.ts", "test/**/*.test.ts", "test/support"];
    for (const given of [`test/support/${file}`, file, pattern, folder, `${folder}/`, "test"])
      expect(specFor([given]), given).to.equal(undefined);
    expect(specFor(["--spec", pattern])).to.equal(undefined);
  });
});

/** Returns what a run of mocha with these words prints. */
function run(...words: readonly string[]): string {
  return execFileSync(process.execPath, [MOCHA, ...words], { encoding: "utf8", cwd: ROOT });
}

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
