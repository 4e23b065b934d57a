import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { awsEnvironment } from "../../../localcloud/engine/session";
import {
  advanceUntilQuiet,
  type Cloud,
  dockerHubPush,
  startCloud,
} from "../../../localcloud/testing";
import {
  cliEnvironment,
  findPulumiCli,
  NO_CLI,
  runCommand,
} from "../../../localcloud/test/support/pulumiCli";

const REPOSITORY = path.join(__dirname, "../../..");

interface Step {
  op: string;
  urn: string;
  detailedDiff?: Record<string, unknown>;
}

describe("the real Pulumi CLI after a deployment by a webhook", function () {
  this.timeout(180_000);
  const cli = findPulumiCli();
  let cloud: Cloud;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  before(async function () {
    if (!cli) {
      console.log(`      skipped: ${NO_CLI}`);
      return this.skip();
    }
    cloud = await startCloud({ clock: "manual" });
    folder = mkdtempSync(path.join(tmpdir(), "shop-"));
    const main = path.join(REPOSITORY, "examples/webhook-redeployer/index.ts");
    const project = [
      "name: shop",
      "runtime:",
      "  name: nodejs",
      "  options: { typescript: true }",
      `main: ${main}`,
      "options: { refresh: always }",
    ];
    writeFileSync(path.join(folder, "Pulumi.yaml"), project.join("\n"));
    writeFileSync(path.join(folder, "package.json"), "{}");
    // With the repository's settings, what was transpiled for other tests need not be transpiled again.
    for (const name of ["node_modules", "tsconfig.json"])
      symlinkSync(path.join(REPOSITORY, name), path.join(folder, name));
    mkdirSync(path.join(folder, "home"));
    const own = cliEnvironment(cli, path.join(folder, "home"));
    const plugins = path.join(REPOSITORY, "localcloud/bin/plugins");
    env = {
      ...own,
      ...awsEnvironment(cloud),
      PATH: `${plugins}${path.delimiter}${own.PATH ?? ""}`,
    };
    await pulumi("stack init dev");
    await pulumi("config set aws:region us-east-1");
    await pulumi("up --yes --skip-preview");
    await cloud.clock.advance(300_000);
  });
  after(async () => {
    await cloud?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  async function pulumi(command: string): Promise<string> {
    const args = [...command.split(" "), "--non-interactive"];
    const { code, stdout, stderr } = await runCommand("pulumi", args, { cwd: folder, env });
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  }
  const changes = async (): Promise<Step[]> => {
    const { steps } = JSON.parse(await pulumi("preview --json")) as { steps: Step[] };
    return steps.filter(({ op }) => !["same", "refresh", "read"].includes(op));
  };
  const redeploy = async (tag: string): Promise<void> => {
    const pushed_at = Math.floor(cloud.clock.now() / 1000);
    const url = (await pulumi("stack output webhookUrl --show-secrets")).trim();
    const body = JSON.stringify(dockerHubPush({ tag, push_data: { pushed_at } }));
    expect((await fetch(url, { method: "POST", body })).status).to.equal(202);
    await advanceUntilQuiet(cloud, { quietMinutes: 3, limitMinutes: 30 });
  };

  it("sees no difference after a redeploy", async () => {
    await redeploy("1.1.0");
    expect((await changes()).map(({ op, urn }) => `${op} ${urn}`)).to.deep.equal([]);
  });

  it("sees exactly the change of the program, and none after it is deployed", async () => {
    await pulumi("config set memory 256");
    const all = await changes();
    const definitions = all.filter(({ urn }) => urn.includes("taskDefinition"));
    expect(definitions).to.not.deep.equal([]);
    for (const { detailedDiff } of definitions)
      if (detailedDiff) expect(detailedDiff).to.have.all.keys("containerDefinitions");
    const others = all.filter(({ urn }) => !/::(web|report)$/.test(urn));
    expect(others).to.deep.equal([]);
    await pulumi("up --yes --skip-preview");
    await advanceUntilQuiet(cloud, { quietMinutes: 3, limitMinutes: 30 });
    expect(await changes()).to.deep.equal([]);
    await redeploy("1.2.0");
    expect(await changes()).to.deep.equal([]);
  });
});
