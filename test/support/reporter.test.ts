import { expect } from "chai";
import { spawnSync } from "node:child_process";
import * as path from "node:path";

const REPOSITORY = path.join(__dirname, "../..");
const MOCHA = require.resolve("mocha/bin/mocha.js");

/** A separate run, which does not know that it is part of another one. */
function run(...args: string[]): { status: number | null; output: string } {
  const PATH = (process.env.PATH ?? "").replace(/[:;]\/test-run-[0-9a-f-]+/, "");
  const { status, stdout, stderr } = spawnSync(process.execPath, [MOCHA, ...args], {
    cwd: REPOSITORY,
    encoding: "utf8",
    env: { ...process.env, PATH },
  });
  return { status, output: stdout + stderr };
}

const fixtures = (...names: string[]): string[] =>
  names.map((name) => `test/support/fixtures/${name}.js`);

describe("the report of a test run", () => {
  it("fails for a process that the tests left behind, names it, and still ends with the closing line", function () {
    if (process.platform !== "linux") this.skip();
    const { status, output } = run(...fixtures("leavesProcess", "leavesNothing"));
    const [, pid] = /left behind by the tests: (\d+) .*setInterval/.exec(output) ?? [];
    expect(pid, output).to.be.a("string");
    process.kill(Number(pid), "SIGKILL");
    expect(output).to.match(/\n2 passed, 1 failed, 0 skipped\n$/);
    expect(status).to.not.equal(0);
  });

  it("lists the files by their time, in parallel as in one process", function () {
    if (process.platform !== "linux") this.skip();
    for (const mode of ["--parallel", "--no-parallel"]) {
      const { status, output } = run(mode, ...fixtures("leavesNothing", "alsoNothing"));
      const name = (one: string): string => `\\n +\\d+\\.\\d s  ${one}`;
      expect(output, mode).to.match(new RegExp(fixtures("leavesNothing").map(name).join("")));
      expect(output, mode).to.match(new RegExp(fixtures("alsoNothing").map(name).join("")));
      expect(output, mode).to.match(/\n2 passed, 0 failed, 0 skipped\n$/);
      expect(status, mode).to.equal(0);
    }
  });
});
