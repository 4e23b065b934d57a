import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  GetPolicyCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { ROOT_CREDENTIALS } from "../../../localcloud/engine/session";
import { childProcesses, isRunning } from "../../../localcloud/test/support/childProcesses";
import { findPulumiCli, NO_CLI, runCommand } from "../../../localcloud/test/support/pulumiCli";
import { until } from "../../../localcloud/test/support/until";
import { CliProgram } from "../../support/cli/cliProgram";
import type { Step } from "../../support/cli/cliStack";

const REPOSITORY = path.join(__dirname, "../../..");

describe("the real Pulumi CLI and the stages of a StagedApi", function () {
  this.timeout(400_000);
  const cli = findPulumiCli();
  let program: CliProgram;
  let lambda: LambdaClient;
  let logs: CloudWatchLogsClient;

  before(async function () {
    if (!cli) {
      console.log(`      skipped: ${NO_CLI}`);
      return this.skip();
    }
    const main = "test/stacks/programs/stagedApi/index.ts";
    program = await CliProgram.start(cli, { project: "staged", main });
    const { endpoint } = program.cloud;
    const access = { endpoint, region: "us-east-1", credentials: ROOT_CREDENTIALS };
    lambda = new LambdaClient(access);
    logs = new CloudWatchLogsClient(access);
    await up(old);
  });
  after(async () => {
    lambda?.destroy();
    logs?.destroy();
    await program?.close();
  });

  /** Variables of the first update, and of the one that a person promotes. */
  const old = { WORD: "Old", EXTRA_ROUTE: "true" };
  const news = {
    ...old,
    WORD: "New",
    TEMPLATE: `{"name": "$input.params('name')", "politely": true}`,
  };
  /** Variables of the update that is killed, and of the one that repairs it. */
  const killed = { ...old, WORD: "Killed" };
  const fixed = { ...killed, GATE: "passes" };

  const up = (variables: Record<string, string>): Promise<string> =>
    program.pulumi("up --yes --skip-preview", variables);
  async function previewed(
    variables: Record<string, string>,
  ): Promise<{ changes: Step[]; warnings: string[] }> {
    const { changes, messages } = await program.preview(" --refresh", variables);
    const warnings = messages
      .map((message) => message.replace(/^warning: /, "").trim())
      .filter((text) => text.startsWith("Stage "));
    return { changes, warnings };
  }
  async function expectEmptyDiff(variables: Record<string, string>): Promise<void> {
    const { changes, warnings } = await previewed(variables);
    expect(changes.map(({ op, urn, detailedDiff }) => [op, urn, detailedDiff])).to.deep.equal([]);
    expect(warnings).to.deep.equal([]);
  }
  async function outputs(): Promise<Record<string, string>> {
    return JSON.parse(await program.pulumi("stack output --json")) as Record<string, string>;
  }
  async function answers(): Promise<string[]> {
    const { stageUrl, prodUrl } = await outputs();
    const urls = [stageUrl, prodUrl];
    return Promise.all(
      urls.map(async (url) => {
        const answer = await fetch(`${url}/greeting?name=Ada`);
        return ((await answer.json()) as { message: string }).message;
      }),
    );
  }
  async function command(name: string): Promise<void> {
    const args = ["--require", "./localcloud/test/support/setup.js", "commands/cli.ts"];
    const { code, stdout, stderr } = await runCommand(
      process.execPath,
      [...args, name, "greeting"],
      { cwd: REPOSITORY, env: program.environment },
    );
    expect(code, stdout + stderr).to.equal(0);
  }

  it("agree after an update, a promotion and a rollback: the refreshed diff is empty", async () => {
    await up(news);
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);
    await expectEmptyDiff(news);
    await command("promote");
    expect(await answers()).to.deep.equal(["New, dear Ada!", "New, dear Ada!"]);
    await expectEmptyDiff(news);
    await command("rollback");
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);
    await program.pulumi("up --yes --skip-preview --refresh --expect-no-changes", news);
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);
  });

  it("warn at a preview what a removed permission does to its stage, and the update restores it", async () => {
    const { functionName } = await outputs();
    await removePermission(functionName, "PROD");
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Internal server error"]);

    const { changes, warnings } = await previewed(news);
    expect(changes.map(({ op, urn }) => [op, urn.replace(/^.*\$/, "")])).to.deep.equal([
      ["create", "aws:lambda/permission:Permission::greeting-prod"],
    ]);
    expect(warnings).to.deep.equal([
      `Stage 'prod' has no permission to call alias PROD of function ${functionName}: somebody has removed it, or an ` +
        "update stopped before it. Each request of the stage for a callback is answered with 500 " +
        '{"message": "Internal server error"} until this update has created it.',
    ]);
    await program.pulumi("up --yes --skip-preview --refresh", news);
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);
    await expectEmptyDiff(news);
  });

  async function removePermission(FunctionName: string, Qualifier: string): Promise<void> {
    const { Policy = "" } = await lambda.send(new GetPolicyCommand({ FunctionName, Qualifier }));
    const { Statement } = JSON.parse(Policy) as { Statement: { Sid: string }[] };
    const at = { FunctionName, Qualifier, StatementId: Statement[0].Sid };
    await lambda.send(new RemovePermissionCommand(at));
  }

  it("show the message of a gate that failed", async () => {
    const { code, stdout, stderr } = await program.run("up --yes --skip-preview", {
      ...old,
      GATE: "throws",
    });
    expect(code).not.to.equal(0);
    expect(stdout + stderr).to.contain("gate 'greets in English' failed: expected Howdy");
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);
  });

  /** Returns how often the gate was called. */
  async function gateStarts(): Promise<number> {
    const { logGroups = [] } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "greeting-gate-logs" }),
    );
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: logGroups[0].logGroupName }),
    );
    return events.filter(({ message = "" }) => message.includes("platform.start")).length;
  }

  it("converge after a kill between the new version and the move of its alias", async () => {
    const { functionName: FunctionName } = await outputs();
    const versions = async (): Promise<(string | undefined)[]> => {
      const { Versions = [] } = await lambda.send(
        new ListVersionsByFunctionCommand({ FunctionName }),
      );
      return Versions.map(({ Version }) => Version);
    };
    const before = await versions();
    const judged = await gateStarts();
    const variables = { ...program.environment, ...killed, GATE: "hangs", GATE_TIMEOUT: "60" };
    // In a process group: the CLI and the program end together, as when a build machine is lost.
    const update = spawn("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"], {
      ...{ cwd: program.folder, env: variables, detached: true, stdio: "ignore" },
    });
    const exited = new Promise((resolve) => update.once("exit", resolve));
    // The CLI does not write its state atomically: a kill during the write would leave no state.
    await until("the gate judges", async () => (await gateStarts()) > judged, 100_000);
    expect(await versions()).to.have.length(before.length + 1);
    const { pid = 0 } = update;
    // The CLI's plugins have groups of their own, and would notice its end only after minutes.
    const plugins = process.platform === "linux" ? childProcesses(pid) : [];
    process.kill(-pid, "SIGKILL");
    await exited;
    for (const plugin of plugins.filter(isRunning)) process.kill(plugin, "SIGKILL");
    expect(await answers()).to.deep.equal(["New, dear Ada!", "Old, Ada!"]);

    await program.pulumi("cancel --yes");
    await up(fixed);
    expect(await answers()).to.deep.equal(["Killed, Ada!", "Old, Ada!"]);
    expect(await versions()).to.have.length(before.length + 1);
    await expectEmptyDiff(fixed);
  });

  it("keep resources with their former names, and rename a path parameter in place", async () => {
    const exported = await program.pulumi("stack export");
    const former = exported.replaceAll("echo-{}", "echo-by-id");
    expect(former).to.contain("::greeting-post-echo-by-id-200");
    writeFileSync(path.join(program.folder, "former.json"), former);
    await program.pulumi("stack import --file former.json");
    expect(await program.pulumi("stack --show-urns")).not.to.contain("echo-{}");
    await program.pulumi("up --yes --skip-preview --refresh --expect-no-changes", fixed);
    expect(await program.pulumi("stack --show-urns")).not.to.contain("echo-by-id");

    const renamed = { ...fixed, PARAMETER: "key" };
    const { changes } = await previewed(renamed);
    const echo = changes.filter(({ urn }) => urn.includes("echo-{}"));
    expect(echo.map(({ op, urn }) => `${op} ${urn.replace(/^.*::/, "")}`)).to.have.members([
      "update greeting-echo-{}",
      "update greeting-post-echo-{}",
      "update greeting-post-echo-{}",
    ]);
    await up(renamed);
    const { stageUrl } = await outputs();
    const body = JSON.stringify({ text: "hi" });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${stageUrl}/echo/7`, { method: "POST", headers, body });
    expect(await answer.json()).to.deep.include({ key: "7", body: { text: "hi" } });
    await expectEmptyDiff(renamed);
  });

  it("destroy everything", async () => {
    await program.pulumi("destroy --yes --skip-preview");
    expect(await program.pulumi("stack --show-urns")).not.to.contain("aws:apigateway/stage:Stage");
  });
});
