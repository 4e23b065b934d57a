import { expect } from "chai";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type Cloud, startCloud } from "../../localcloud/cloud/cloud";
import { awsEnvironment } from "../../localcloud/engine/session";
import {
  cliEnvironment,
  type CliResult,
  findPulumiCli,
  NO_CLI,
  runCommand,
} from "../../localcloud/test/support/pulumiCli";

const REPOSITORY = path.join(__dirname, "../..");
const PACK = path.join(REPOSITORY, "policies/run-offline");
const STACKS = ["dev", "prod"];
/** Files and folders that the tools write to. */
const COPIED = ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", ".ci", "scripts"];
/** Files that the tools only read are links to the repository's own, which are already transpiled. */
const LINKED = [
  ...["package.json", "tsconfig.json", "index.ts"],
  ...["callbacks", "components", "node_modules", "policies", "stacks"],
];
const PLUGINS = path.join(REPOSITORY, "localcloud/bin/plugins");

describe("the policy pack under the real Pulumi CLI", function () {
  this.timeout(400_000);
  const cli = findPulumiCli();
  let cloud: Cloud;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  before(async function () {
    if (!cli) {
      console.log(`      skipped: ${NO_CLI}`);
      return this.skip();
    }
    cloud = await startCloud({});
    folder = mkdtempSync(path.join(tmpdir(), "policies-"));
    // A stack with its own secrets writes a salt into Pulumi.<stack>.yaml, which must not be the repository's.
    for (const name of COPIED)
      cpSync(path.join(REPOSITORY, name), path.join(folder, name), { recursive: true });
    for (const name of LINKED) symlinkSync(path.join(REPOSITORY, name), path.join(folder, name));
    cpSync(path.join(__dirname, "program"), path.join(folder, "careless"), { recursive: true });
    const home = path.join(folder, "home");
    for (const one of [home, path.join(folder, "ci")]) mkdirSync(one);
    const own = cliEnvironment(cli, home);
    const searchPath = `${PLUGINS}${path.delimiter}${own.PATH ?? ""}`;
    environment = { ...own, ...awsEnvironment(cloud), PATH: searchPath };
  });

  after(async () => {
    await cloud?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  const careless = (command: string, mistake: string): Promise<CliResult> =>
    runCommand("pulumi", [...command.split(" "), "--non-interactive"], {
      cwd: path.join(folder, "careless"),
      env: { ...environment, MISTAKE: mistake },
    });

  it("fails the preview of a queue without encryption, and says how to fix it", async () => {
    await careless("stack init dev", "");
    const { code, stdout } = await careless(`preview --policy-pack ${PACK}`, "queue");
    expect(code, stdout).not.to.equal(0);
    expect(stdout)
      .to.match(/\[mandatory\]\s+AwsSolutions-SQS2\s+\(aws:sqs:Queue: jobs\)/)
      .and.contain("set sqsManagedSseEnabled, or kmsMasterKeyId")
      .and.match(/\[mandatory\]\s+AwsSolutions-SQS4\s+\(aws:sqs:Queue: jobs\)/)
      .and.not.contain("AwsSolutions-SQS3");
  });

  it("fails for an exception without a reason", async () => {
    const { code, stdout } = await careless(`preview --policy-pack ${PACK}`, "exception");
    expect(code, stdout).not.to.equal(0);
    expect(stdout).to.contain("policyExceptions[0] needs rule, resource and a reason");
  });

  it("reports at preview what it cannot know yet, and refuses it at up before it is created", async () => {
    const preview = await careless(`preview --policy-pack ${PACK}`, "policy");
    expect(preview.code, preview.stdout).to.equal(0);
    expect(preview.stdout)
      .to.match(/\[advisory\]\s+undecided-until-deployed/)
      .and.contain("rules wait for wide.policy");

    const up = await careless(`up --yes --skip-preview --policy-pack ${PACK}`, "policy");
    expect(up.code, up.stdout).not.to.equal(0);
    expect(up.stdout)
      .to.match(/\[mandatory\]\s+AwsSolutions-IAM5\s+\(aws:iam:RolePolicy: wide\)/)
      .and.contain("ssm:GetParameter on *");
    expect(cloud.recorder.find({ operation: "CreateRole", outcome: "ok" })).to.have.length(1);
    expect(cloud.recorder.find({ operation: "PutRolePolicy" })).to.be.empty;
  });

  it("passes for every stack in `.ci/preview`, in a table of more than a hundred creations each", async () => {
    const summary = path.join(folder, "summary.md");
    const configuration = (): string[] =>
      STACKS.map((stack) => readFileSync(path.join(folder, `Pulumi.${stack}.yaml`), "utf8"));
    const before = configuration();
    const { code, stdout, stderr } = await runCommand(path.join(folder, ".ci/preview"), [], {
      cwd: folder,
      env: { ...cliEnvironment(cli ?? "", path.join(folder, "ci")), GITHUB_STEP_SUMMARY: summary },
    });
    expect(code, stdout + stderr).to.equal(0);
    expect(configuration()).to.deep.equal(before);
    const text = readFileSync(summary, "utf8");
    const lines = text.split("\n");
    for (const stack of STACKS)
      expect(lines.find((line) => line.startsWith(`| ${stack} |`))).to.match(
        /\| succeeded \| [1-9]\d{2,} \| 0 \| 0 \| 0 \| 0 \| hold \|$/,
      );
    expect(text).to.contain("| create | comments-policy | aws:iam/rolePolicy:RolePolicy |");
  });
});
