import * as path from "node:path";
import { expect } from "chai";

const FILE = path.join(__dirname, "../../.mocharc.js");

describe("The configuration of npm test", () => {
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
