import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";

const FILE = path.join(__dirname, "../../.mocharc.js");

describe("The configuration of npm test", () => {
  it("is that of the other runs too, but for the files", () => {
    for (const name of ["quick", "restarts"]) {
      const other = path.join(__dirname, `../../.mocharc.${name}.js`);
      // In a process of its own, because each sets a variable for the run.
      const script = `console.log(JSON.stringify(require(${JSON.stringify(other)})))`;
      const printed = execFileSync(process.execPath, ["-e", script], { encoding: "utf8" });
      const { ignore, ...rest } = JSON.parse(printed) as Record<string, unknown>;
      expect(ignore, name).not.to.be.empty;
      expect(rest.require, name).to.deep.equal(["./localcloud/test/support/setup.js"]);
    }
  });

  it("names all test files only if the command line names none", () => {
    expect(specFor([])).to.include("test/stacks/**/*.test.ts");
    expect(specFor(["--grep", "words"])).to.include("localcloud/test/**/*.test.ts");
    for (const given of ["test/support/mocharc.test.ts", "mocharc.test.ts", "test/**/*.test.ts"])
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
