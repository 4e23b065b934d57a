import { expect } from "chai";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { describeOutputs } from "../../localcloud/cli/up/outputs";
import { styleFor } from "../../localcloud/cli/output/style";
import { Session } from "../../localcloud/engine/session";
import { StateFolder } from "../../localcloud/engine/state/stateFolder";

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, "../..");

/** Stack dev, which has every component, and the examples. */
const PROGRAMS = [
  ".",
  ...readdirSync(path.join(ROOT, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `examples/${name}`),
];

describe("A program whose state is kept between runs", function () {
  this.timeout(300_000);
  let home = "";
  beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), "kept-"))));
  afterEach(() => rmSync(home, { recursive: true }));

  /** Deploys the program, calls what it prints to try, and ends it. Returns what was done and answered. */
  async function use(directory: string): Promise<{ operations: string[]; answers: string[] }> {
    const state = StateFolder.open(path.join(home, "state"), "test");
    const session = await Session.start({
      directory: path.join(ROOT, directory),
      programHost: "reused",
      state,
    });
    const operations = new Set<string>();
    session.events.on("step", ({ operation }) => void operations.add(operation));
    const answers: string[] = [];
    try {
      const result = await session.deploy();
      const printed = await describeOutputs(session, result, styleFor(process.stderr));
      for (const [, line] of printed.matchAll(/^ {2}(curl .*)$/gm)) answers.push(await paste(line));
    } finally {
      await session.close();
      state.release();
    }
    return { operations: [...operations], answers };
  }
  async function paste(line: string): Promise<string> {
    const command = `${line} --silent --show-error --output /dev/null --write-out '%{http_code}'`;
    const status = (await run("sh", ["-c", command])).stdout;
    // The example of a push is of now, and of the tag after the one that runs.
    return `${status} ${line.replace(/"push_data":\{.*?\}/, "")}`;
  }

  for (const directory of PROGRAMS)
    it(`continues ${directory === "." ? "stack dev" : directory} in use: nothing to deploy, every line answers again`, async () => {
      const first = await use(directory);
      expect(first.operations).to.deep.equal(["create"]);
      const second = await use(directory);
      // What functions and scalers changed is left as it is.
      expect(second.operations).to.include("same");
      expect(["same", "changed"]).to.include.members(second.operations);
      expect(second.answers).to.deep.equal(first.answers);
    });
});
