import { expect } from "chai";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

const ROOT = path.join(__dirname, "../../..");
const COMMAND = path.join(ROOT, "commands/bin.js");
const MARK = "loaded:";

/** Lists the SDK clients that a command has loaded at its end. */
const LIST = `process.on("exit", () => {
  const clients = Object.keys(require.cache).map((file) => /@aws-sdk.client-([\\w-]+)/.exec(file)?.[1]);
  console.log("${MARK}" + [...new Set(clients.filter(Boolean))].sort());
});`;

describe("The command line `aws-callbacks`", function () {
  this.timeout(60_000);

  async function clientsOf(...args: string[]): Promise<string> {
    const script = `process.argv.splice(1, 0, "${COMMAND}"); ${LIST} require("${COMMAND}");`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script, "--", ...args]);
    return stdout.trimEnd().split(MARK)[1] ?? "nothing printed";
  }

  it("loads no SDK client for a text of help", async () => {
    for (const command of [[], ["status"], ["scale"], ["runs"], ["apps"]])
      expect(await clientsOf(...command, "--help"), `${command}`).to.equal("");
  });

  it("prints the same for `help scale` as for `scale --help`", async () => {
    const textOf = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)(process.execPath, [COMMAND, ...args])).stdout;
    expect(await textOf("help", "scale")).to.equal(await textOf("scale", "--help"));
    expect(await textOf("help")).to.equal(await textOf("--help"));
  });
});
