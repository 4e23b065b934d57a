import { GetStageCommand } from "@aws-sdk/client-api-gateway";
import {
  GetPolicyCommand,
  InvokeCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { DeleteParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { awsEnvironment, ROOT_CREDENTIALS } from "../../../localcloud/engine/session";
import type { Ran } from "../../support/programs/stagedApiCommands";
import { StagedStack } from "../../support/programs/stagedStack";

const NEWS = { WORD: "New", TEMPLATE: `{"name": "$input.params('name')", "politely": true}` };
const NEW = "200 New, dear Ada!";
const OLD = "200 Old, Ada!";

/** The tests run in sequence on one stack: stage has the new release, and each test leaves prod with the old one. */
describe("the commands of a StagedApi on the local cloud", function () {
  this.timeout(180_000);
  let stack: StagedStack;
  before(async () => {
    stack = await StagedStack.start();
    await stack.up({ WORD: "Old" });
    await stack.up(NEWS);
  });
  after(() => stack.close());
  afterEach(async () => {
    stack.commands.now = () => new Date();
    stack.cloud.faults.clear();
    expect(await stack.answers()).to.deep.equal([NEW, OLD]);
  });

  const run = (
    line: string,
    answer?: boolean,
    environment?: Record<string, string>,
  ): Promise<Ran> => stack.commands.run(line, answer, environment);
  const moves = async (): Promise<number> =>
    (await run("history greeting")).output.split("\n").length - 1;

  it("find an API by its name, and list the existing ones", async () => {
    expect((await run("promote greting")).error).to.equal(
      "There is no StagedApi 'greting' in this account and region; " +
        "there are: greeting (project staged-api, stack dev).",
    );
    expect((await run("promote greeting --stack prod")).error).to.contain(
      "There is no StagedApi 'greeting' (stack prod)",
    );
    expect((await run("history greeting --stack dev")).output).to.equal("prod has not moved yet.");
  });

  it("distinguish APIs of the same name by project and stack, and say how", async () => {
    const { ssm } = stack.commands.clients;
    const names = ["shop/dev", "staged-api/test"].map((at) => `/staged-api/${at}/greeting/api`);
    const Value = JSON.stringify({ restApiId: "none", description: "", keep: 6 });
    const refused = async (line: string): Promise<unknown> => (await run(line)).error;
    await ssm.send(new PutParameterCommand({ Name: names[0], Value, Type: "String" }));
    const two =
      "There are several: greeting (project shop, stack dev), greeting (project staged-api, stack dev).";
    expect(await refused("history greeting")).to.equal(`${two} Choose one with --project.`);
    expect(await refused("history greeting --stack dev")).to.contain("Choose one with --project.");
    expect(await refused("promote greeting --project staged-api --dry-run")).to.equal(undefined);
    await ssm.send(new PutParameterCommand({ Name: names[1], Value, Type: "String" }));
    expect(await refused("history greeting")).to.contain("Choose one with --project and --stack.");
    expect(await refused("history greeting --project staged-api")).to.contain(
      "Choose one with --stack.",
    );
    const both = "--project staged-api --stack dev";
    expect(await refused(`history greeting ${both}`)).to.equal(undefined);
    expect(await refused("history greeting --project nobodys")).to.contain(
      "There is no StagedApi 'greeting' (project nobodys)",
    );
    for (const Name of names) await ssm.send(new DeleteParameterCommand({ Name }));
  });

  it("ask before they move prod, and show what would change", async () => {
    const declined = await run("promote greeting", false);
    expect(declined.output).to.match(/version 1 +version 2$/m);
    expect(declined.output).to.contain("Nothing was changed");
    const dry = await run("promote greeting --dry-run", true);
    expect(dry.output).to.match(/deployment \w+ +deployment \w+$/m);
    const onAws = await run("promote greeting", undefined, {});
    expect(onAws.error).to.contain(
      "Nothing was changed: there is no terminal to ask for confirmation; give --yes",
    );
  });

  it("promote and roll back without a question when there is no terminal, on this machine or with --yes", async () => {
    expect((await run("promote greeting --yes", undefined, {})).error).to.equal(undefined);
    expect(await stack.answer("prod")).to.equal(NEW);
    expect((await run("rollback greeting")).error).to.equal(undefined);
  });

  it("work in the way that package users and npm run start them", async () => {
    const root = path.join(__dirname, "../../..");
    const env = { ...process.env, ...awsEnvironment(stack.cloud) };
    const npm = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)("npm", ["run", "--silent", ...args], { cwd: root, env })).stdout;
    expect(await npm("promote", "--", "greeting")).to.match(/PROD alias +version 1 +version 2/);
    expect(await stack.answers()).to.deep.equal([NEW, NEW]);
    expect(await npm("rollback", "--", "greeting")).to.match(/PROD alias +version 2 +version 1/);
    const failed = await npm("promote", "--", "nobody").catch((error: { stderr: string }) => error);
    expect((failed as { stderr: string }).stderr).to.contain("There is no StagedApi 'nobody'");
  });

  it("refuse to overwrite another change of the alias", async () => {
    const { lambda } = stack.commands.clients;
    const send = lambda.send.bind(lambda);
    let interfered = false;
    lambda.send = (async (command: UpdateAliasCommand) => {
      if (command instanceof UpdateAliasCommand && !interfered) {
        interfered = true;
        const at = { FunctionName: stack.functionName, Name: "PROD" };
        await send(new UpdateAliasCommand({ ...at, Description: "mine" }));
      }
      return send(command);
    }) as typeof lambda.send;
    const { error } = await run("promote greeting");
    lambda.send = send;
    expect(interfered).to.equal(true);
    expect(error).to.equal(
      "Somebody else moved prod of 'greeting' at the same time; nothing was changed. Check prod, then try again.",
    );
  });

  for (const [action, service, operation, skip] of [
    ["promote", "api-gateway", "UpdateStage", 0],
    ["promote", "ssm", "PutParameter", 0],
    ["promote", "lambda", "UpdateAlias", 1],
    ["rollback", "api-gateway", "UpdateStage", 0],
    ["rollback", "lambda", "UpdateAlias", 1],
  ] as const)
    it(`undo the first half of a ${action} when ${operation} fails`, async () => {
      if (action === "rollback") await run("promote greeting");
      const before = [await stack.answers(), await moves()];
      stack.cloud.faults.add({ service, operation, skip, kind: "accessDenied" });
      const { error } = await run(`${action} greeting`);
      expect(error).to.contain(`The ${action} failed and prod is as it was`);
      expect([await stack.answers(), await moves()]).to.deep.equal(before);
      if (action === "rollback") expect((await run("rollback greeting")).error).to.equal(undefined);
    });

  it("complete what a killed process left half-way, once it counts as abandoned", async () => {
    // From the second step on every call is denied, even those that would undo it.
    const lasting = { kind: "accessDenied", times: "forever" } as const;
    stack.cloud.faults.add({ ...lasting, service: "api-gateway", operation: "UpdateStage" });
    stack.cloud.faults.add({ ...lasting, service: "lambda", operation: "UpdateAlias", skip: 1 });
    expect((await run("promote greeting")).error).to.contain("it could not be undone");
    stack.cloud.faults.clear();
    const meanwhile =
      /^Somebody began a promote of 'greeting' \d+ seconds ago; nothing was changed/;
    expect((await run("rollback greeting")).error).to.match(meanwhile);
    expect((await run("promote greeting")).error).to.match(meanwhile);

    // Updates meanwhile do not delete what it needs either.
    await stack.up({ ...NEWS, TEMPLATE: `{"name": "Eve"}` });
    expect(await stack.answers()).to.deep.equal(["200 New, Eve!", "200 New, Ada!"]);

    stack.commands.now = () => new Date(Date.now() + 6 * 60_000);
    const resumed = await run("promote greeting");
    expect(resumed.output).to.contain("(unfinished)");
    expect(resumed.error).to.equal(undefined);
    expect(await stack.answers()).to.deep.equal(["200 New, Eve!", NEW]);
    await stack.up(NEWS);
    expect(await stack.answers()).to.deep.equal([NEW, NEW]);
    await stack.expectEmptyDiff(NEWS);
    expect((await run("rollback greeting")).error).to.equal(undefined);
  });

  it("let one of several promotions at once win, and tell the others in one sentence", async () => {
    const before = await moves();
    const ran = await Promise.all([1, 2, 3].map(() => run("promote greeting")));
    const failed = ran.filter(({ error }) => error !== undefined);
    expect(ran.length - failed.length).to.be.at.least(1);
    for (const { error } of failed)
      expect(error).to.match(/^Somebody (else moved|began)[^.]*; nothing was changed\./);
    expect(await stack.answers()).to.deep.equal([NEW, NEW]);
    expect(await moves()).to.equal(before + 1);
    expect((await run("rollback greeting")).error).to.equal(undefined);
  });

  it("deliver: unit tests, update, and a preview of the promotion", async () => {
    const { output } = await run("deliver greeting");
    expect(stack.commands.ran).to.deep.equal(["npm test", "pulumi up --yes"]);
    expect(output).to.match(/version 1 +version 2/);
    stack.commands.exitCodes = { "npm test": 3 };
    const failed = await run("deliver greeting");
    expect(failed.error).to.contain("1. unit tests failed (exit code 3)");
    expect(stack.commands.ran).to.have.length(3);
    stack.commands.exitCodes = {};
    const after = await run("deliver greeting", undefined, { LOCALCLOUD_OUTPUTS: "outputs.json" });
    expect(stack.commands.ran.slice(3)).to.deep.equal(["npm test"]);
    expect(after.output)
      .to.contain("passed when localcloud exec deployed")
      .and.contain("version 2");
    await run("deliver greeting --deploy make", undefined, { LOCALCLOUD_OUTPUTS: "outputs.json" });
    expect(stack.commands.ran.slice(4)).to.deep.equal(["npm test", "make"]);
    await run("deliver greeting --stack dev");
    expect(stack.commands.ran.slice(6)).to.deep.equal(["npm test", "pulumi up --yes --stack dev"]);
  });
});

describe("the deployed parts of a StagedApi on the local cloud", function () {
  this.timeout(120_000);
  let stack: StagedStack;
  before(async () => {
    stack = await StagedStack.start();
    await stack.up();
  });
  after(() => stack.close());

  it("logs at INFO and without bodies", async () => {
    const { methodSettings } = await stack.commands.clients.apiGateway.send(
      new GetStageCommand({ restApiId: stack.restApiId, stageName: "prod" }),
    );
    const expected = { loggingLevel: "INFO", dataTraceEnabled: false };
    expect(methodSettings?.["*/*"]).to.deep.include(expected);
  });

  it("returns an error of the callback with the callback's text, and nothing else of it", async () => {
    const get = async (name: string): Promise<unknown[]> => {
      const url = `${stack.url("stage")}/greeting?name=${encodeURIComponent(name)}`;
      const response = await fetch(url);
      return [response.status, await response.json()];
    };
    expect(await get("nobody")).to.deep.equal([404, { message: 'There is no "nobody"' }]);
    expect(await get("silent")).to.deep.equal([500, { message: "Internal server error" }]);
    const name = "\"\\\n'$util";
    expect(await get(name)).to.deep.equal([200, { message: `Hello, ${name}!`, stage: "stage" }]);
  });

  it("allows direct calls of the function with the callback's own event", async () => {
    const { Payload } = await stack.commands.clients.lambda.send(
      new InvokeCommand({
        FunctionName: stack.functionName,
        Qualifier: "PROD",
        Payload: Buffer.from('{"name":"Ada"}'),
      }),
    );
    const answer = JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown;
    expect(answer).to.deep.equal({ message: "Hello, Ada!", stage: "" });
  });

  it("answers 500 without the permission of one alias, and only in its stage", async () => {
    const at = { FunctionName: stack.functionName, Qualifier: "PROD" };
    const { lambda } = stack.commands.clients;
    const { Policy = "" } = await lambda.send(new GetPolicyCommand(at));
    const { Statement } = JSON.parse(Policy) as { Statement: { Sid: string }[] };
    expect(Statement).to.have.length(1);
    await lambda.send(new RemovePermissionCommand({ ...at, StatementId: Statement[0].Sid }));
    expect(await stack.answers()).to.deep.equal(["200 Hello, Ada!", "500 Internal server error"]);
    const body = await (await fetch(`${stack.url("prod")}/greeting?name=Ada`)).text();
    expect(body).to.equal('{"message": "Internal server error"}');
    const { endpoint, defaultRegion: region } = stack.cloud;
    const logs = new CloudWatchLogsClient({ endpoint, region, credentials: ROOT_CREDENTIALS });
    const logGroupName = `API-Gateway-Execution-Logs_${stack.restApiId}/prod`;
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    logs.destroy();
    const refused =
      "Execution failed due to configuration error: Invalid permissions on Lambda function";
    expect(events.filter(({ message }) => message?.endsWith(refused))).to.have.length(2);
  });
});
