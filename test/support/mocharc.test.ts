import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";

const ROOT = path.join(__dirname, "../..");
const FILE = path.join(ROOT, ".mocharc.js");
const MOCHA = require.resolve("mocha/bin/mocha.js");

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a file of Mocha's own, without types
const { aliases, types } = require("mocha/lib/cli/run-option-metadata.cjs") as {
  aliases: Readonly<Record<string, readonly string[]>>;
  types: Readonly<Record<"array" | "number" | "string", readonly string[]>>;
};

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
    for (const option of valuedOptions()) {
      // Of `spec` the value does name tests.
      const others = option === "--spec" ? undefined : "localcloud/test/**/*.test.ts";
      expect(specFor([option, "test/some words"])?.at(-1), option).to.equal(others);
    }
    const [file, pattern, folder] = ["mocharc.test.ts", "test/**/*.test.ts", "test/support"];
    for (const given of [`test/support/${file}`, file, pattern, folder, `${folder}/`, "test"])
      expect(specFor([given]), given).to.equal(undefined);
  });
});

/** Returns Mocha's options whose value is the next word, in each spelling. */
function valuedOptions(): readonly string[] {
  const { array, number, string } = types;
  return [...array, ...number, ...string]
    .flatMap((name) => [name, ...(aliases[name] ?? [])])
    .map((name) => (name.length === 1 ? `-${name}` : `--${name}`));
}

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
