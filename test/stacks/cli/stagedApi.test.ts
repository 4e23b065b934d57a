import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { awsEnvironment } from "../../../localcloud/session";
import { type Cloud, startCloud } from "../../../localcloud/testing";
import {
  cliEnvironment,
  type CliResult,
  findPulumiCli,
  NO_CLI,
  runCommand,
} from "../../support/pulumiCli";

const REPOSITORY = path.join(__dirname, "../../..");

interface Step {
  op: string;
  urn: string;
  detailedDiff?: Record<string, unknown>;
}

describe("the real Pulumi CLI and the stages of a StagedApi", function () {
  this.timeout(240_000);
  const cli = findPulumiCli();
  let cloud: Cloud;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  before(async function () {
    if (!cli) {
      console.log(`      skipped: ${NO_CLI}`);
      return this.skip();
    }
    cloud = await startCloud();
    folder = mkdtempSync(path.join(tmpdir(), "staged-"));
    const main = path.join(REPOSITORY, "test/stacks/programs/stagedApi/index.ts");
    const project = [
      "name: staged",
      "runtime:",
      "  name: nodejs",
      "  options: { typescript: true }",
      `main: ${main}`,
      "options: { refresh: always }",
    ];
    writeFileSync(path.join(folder, "Pulumi.yaml"), project.join("\n"));
    writeFileSync(path.join(folder, "package.json"), "{}");
    symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"));
    mkdirSync(path.join(folder, "home"));
    const own = cliEnvironment(cli, path.join(folder, "home"));
    const plugins = path.join(REPOSITORY, "localcloud/bin/plugins");
    const PATH = `${plugins}${path.delimiter}${own.PATH ?? ""}`;
    env = { ...own, ...awsEnvironment(cloud), PATH };
    await pulumi("stack init dev");
    await pulumi("config set aws:region us-east-1");
    await up({ WORD: "Old" });
  });
  after(async () => {
    await cloud?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  function run(command: string, variables: Record<string, string> = {}): Promise<CliResult> {
    const args = [...command.split(" "), "--non-interactive"];
    return runCommand("pulumi", args, { cwd: folder, env: { ...env, ...variables } });
  }
  async function pulumi(command: string, variables: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await run(command, variables);
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  }
  const up = (variables: Record<string, string>): Promise<string> =>
    pulumi("up --yes --skip-preview", variables);
  async function expectEmptyDiff(variables: Record<string, string>): Promise<void> {
    const { steps } = JSON.parse(await pulumi("preview --json", variables)) as { steps: Step[] };
    const changes = steps.filter(({ op }) => !["same", "refresh", "read"].includes(op));
    expect(changes.map(({ op, urn, detailedDiff }) => [op, urn, detailedDiff])).to.deep.equal([]);
  }
  async function answers(): Promise<string[]> {
    const outputs = JSON.parse(await pulumi("stack output --json")) as Record<string, string>;
    const urls = [outputs.stageUrl, outputs.prodUrl];
    return Promise.all(
      urls.map(async (url) => {
        const answer = await fetch(`${url}/greeting?name=Ada`);
        return ((await answer.json()) as { message: string }).message;
      }),
    );
  }
  async function command(name: string): Promise<void> {
    const args = ["ts-node", "components/commands/cli.ts", name, "greeting"];
    const { code, stdout, stderr } = await runCommand("npx", args, { cwd: REPOSITORY, env });
    expect(code, stdout + stderr).to.equal(0);
  }

  it("agree after an update, a promotion and a rollback: the refreshed diff is empty", async () => {
    const news = { WORD: "New", TEMPLATE: `{"name": "$input.params('name')", "politely": true}` };
    await expectEmptyDiff({ WORD: "Old" });
    await up(news);
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);
    await expectEmptyDiff(news);
    await command("promote");
    expect(await answers()).to.deep.equal(["New, dear Ada!", "New, dear Ada!"]);
    await expectEmptyDiff(news);
    await command("rollback");
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);
    await expectEmptyDiff(news);
    await up(news);
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);
  });

  it("show the message of a gate that failed", async () => {
    const { code, stdout, stderr } = await run("up --yes --skip-preview", { GATE: "throws" });
    expect(code).not.to.equal(0);
    expect(stdout + stderr).to.contain("gate 'greets in English' failed: expected Howdy");
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);
  });

  it("destroy all of it", async () => {
    await pulumi("destroy --yes --skip-preview");
    expect(await pulumi("stack --show-urns")).not.to.contain("aws:apigateway/stage:Stage");
  });
});
