import { GetStageCommand } from "@aws-sdk/client-api-gateway";
import {
  GetPolicyCommand,
  ListVersionsByFunctionCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import * as path from "node:path";
import { CommandLine } from "../support/stagedApiCommands";
import { EngineSession } from "../support/engineSession";

const PROGRAM = path.join(__dirname, "programs/stagedApi");
const POLITE = `{"name": "$input.params('name')", "politely": true}`;

/** An output of the resource whose URN ends so: some of the component's resources share a name. */
function outputOf({ session }: EngineSession, urnEnd: string, property: string): string {
  return String(session.resources.find(({ urn }) => urn.endsWith(urnEnd))?.outputs[property]);
}

describe("a StagedApi on the local cloud", function () {
  this.timeout(180_000);
  let stack: EngineSession;
  let commands: CommandLine;

  beforeEach(async () => {
    stack = await EngineSession.start("stagedApi", { directory: PROGRAM });
    commands = new CommandLine(stack.session);
  });
  afterEach(async () => {
    commands.close();
    await stack.close();
  });

  /** What a stage answers to Ada. */
  async function answer(stage: "stage" | "prod"): Promise<string> {
    const response = await fetch(`${url(stage)}/greeting?name=Ada`);
    const body = (await response.json()) as { message: string };
    return `${response.status} ${body.message}`;
  }
  const url = (stage: string): string => outputOf(stack, `Stage::greeting-${stage}`, "invokeUrl");
  const answers = async (): Promise<string[]> => [await answer("stage"), await answer("prod")];
  const changed = (): string[] => stack.steps.filter((step) => !step.startsWith("same "));
  const functionName = (): string => outputOf(stack, "Function::greeting", "name");

  async function versions(): Promise<string[]> {
    const { Versions = [] } = await commands.clients.lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: functionName() }),
    );
    return Versions.map(({ Version = "" }) => Version).filter((version) => version !== "$LATEST");
  }

  /** Deploys the same once more: nothing may differ. */
  async function expectEmptyDiff(variables: Record<string, string>): Promise<void> {
    await stack.run(variables);
    expect(changed()).to.deep.equal([]);
  }

  it("moves stage by an update, prod by promote and back by rollback, with an empty diff after each", async () => {
    await stack.run({ WORD: "Old", GATE: "passes", API_GATE: "passes" });
    expect(await answers()).to.deep.equal(["200 Old, Ada!", "200 Old, Ada!"]);
    await expectEmptyDiff({ WORD: "Old", GATE: "passes", API_GATE: "passes" });

    const news = { WORD: "New", GATE: "passes", API_GATE: "passes" };
    await stack.run(news);
    expect(await answers()).to.deep.equal(["200 New, Ada!", "200 Old, Ada!"]);
    await expectEmptyDiff(news);

    const promoted = await commands.run("promote greeting");
    expect(promoted.error).to.equal(undefined);
    expect(promoted.output).to.match(/PROD alias +version 1 +version 2/);
    expect(await answers()).to.deep.equal(["200 New, Ada!", "200 New, Ada!"]);
    await expectEmptyDiff(news);
    expect((await commands.run("promote greeting")).output).to.contain("nothing to promote");

    const back = await commands.run("rollback greeting");
    expect(back.error).to.equal(undefined);
    expect(back.output).to.match(/PROD alias +version 2 +version 1/);
    expect(await answers()).to.deep.equal(["200 New, Ada!", "200 Old, Ada!"]);
    await expectEmptyDiff(news);
    expect((await commands.run("rollback greeting")).error).to.contain("no promotion to version 1");
    const { output } = await commands.run("history greeting");
    expect(output).to.match(/promote +1 -> 2[^]*rollback +2 -> 1/);
  });

  it("brings a changed template and a new route to stage by the update, and to prod by promote", async () => {
    await stack.run({});
    const news = { TEMPLATE: POLITE, EXTRA_ROUTE: "true" };
    await stack.run(news);
    expect(
      changed().filter((step) => /^(delete|create).* greeting-(stage|prod)$/.test(step)),
    ).to.deep.equal([]);
    expect(await answers()).to.deep.equal(["200 Hello, dear Ada!", "200 Hello, Ada!"]);
    const echo = (stage: string): Promise<Response> =>
      fetch(`${url(stage)}/echo/7`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"text": "hi"}',
      });
    const echoed = await echo("stage");
    expect(await echoed.json()).to.deep.equal({
      id: "7",
      body: { text: "hi" },
      route: "POST /echo/{id}",
      stage: "stage",
      calls: 1,
    });
    expect((await echo("prod")).status).to.equal(403);
    await expectEmptyDiff(news);
    await commands.run("promote greeting");
    expect(await answers()).to.deep.equal(["200 Hello, dear Ada!", "200 Hello, dear Ada!"]);
    expect((await echo("prod")).status).to.equal(200);
    await expectEmptyDiff(news);

    // The route goes again: prod keeps it until the next promotion. API Gateway forgets it with the deployment after
    // this one, since an update deletes after it creates; until then the new version answers that it is not found.
    await stack.run({ TEMPLATE: POLITE });
    expect((await echo("stage")).status).to.equal(404);
    expect((await echo("prod")).status).to.equal(200);
  });

  it("answers what the callback, the validator and API Gateway refuse in their own words", async () => {
    await stack.run({ EXTRA_ROUTE: "true" });
    const get = async (query: string): Promise<unknown[]> => {
      const response = await fetch(`${url("stage")}/greeting${query}`);
      return [response.status, await response.json()];
    };
    expect(await get("?name=nobody")).to.deep.equal([404, { message: 'There is no "nobody"' }]);
    expect(await get("?name=silent")).to.deep.equal([500, { message: "Internal server error" }]);
    expect(await get(`?name=${encodeURIComponent("\"\\\n'")}`)).to.deep.equal([
      200,
      { message: "Hello, \"\\\n'!", stage: "stage" },
    ]);
    const post = await fetch(`${url("stage")}/echo/7`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(post.status).to.equal(400);
    expect(await post.text()).to.contain("text");
  });

  it("leaves both stages as they are when the gate fails in any way, says why, and converges after it", async () => {
    await stack.run({ WORD: "Old", GATE: "passes" });
    for (const [gate, says, fail] of [
      ["throws", "gate 'greets in English' failed: expected Howdy, got New, Ada!", ""],
      ["false", "gate 'gate' failed: it returned false", ""],
      ["hangs", "gate 'never ends' failed: it did not end within", ""],
      ["breaks", "gate 'calls it' failed: the callback is broken", "true"],
    ]) {
      const run = stack.run({ WORD: "New", GATE: gate, GATE_TIMEOUT: "2", FAIL: fail });
      expect((await stack.failure(run)).message).to.contain(says);
      expect(await answers(), gate).to.deep.equal(["200 Old, Ada!", "200 Old, Ada!"]);
    }
    expect((await commands.run("promote greeting")).output).to.contain("nothing to promote");
    const fixed = { WORD: "Newer", GATE: "passes" };
    await stack.run(fixed);
    expect(await answers()).to.deep.equal(["200 Newer, Ada!", "200 Old, Ada!"]);
    expect((await versions()).length).to.be.at.most(3);
    await expectEmptyDiff(fixed);
  });

  it("gates the first version too: a failing gate leaves no stage behind", async () => {
    const run = stack.run({ GATE: "throws" });
    expect((await stack.failure(run)).message).to.contain("gate 'greets in English' failed");
    expect(changed()).not.to.include.members(["create greeting-stage", "create greeting-prod"]);
    await stack.run({ GATE: "passes" });
    expect(await answers()).to.deep.equal(["200 Hello, Ada!", "200 Hello, Ada!"]);
  });

  it("moves stage back when the apiGate fails, bars promotion, and judges again at the next update", async () => {
    await stack.run({ WORD: "Old", API_GATE: "passes" });
    await stack.run({ WORD: "Verified", API_GATE: "passes" });
    const broken = { WORD: "New", TEMPLATE: POLITE, API_GATE: "fails" };
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const { message } = await stack.failure(stack.run(broken));
      expect(message).to.contain("apiGate 'answers 201' failed: expected 201, got 200");
      expect(message).to.contain("stage is back at version 2");
      expect(await answers()).to.deep.equal(["200 Verified, Ada!", "200 Old, Ada!"]);
      const { error } = await commands.run("promote greeting");
      expect(error).to.contain("version 3 failed on stage (apiGate 'answers 201' failed");
    }
    const fixed = { ...broken, API_GATE: "passes" };
    await stack.run(fixed);
    expect(await answers()).to.deep.equal(["200 New, dear Ada!", "200 Old, Ada!"]);
    await expectEmptyDiff(fixed);
    expect((await commands.run("promote greeting")).error).to.equal(undefined);
    expect(await answer("prod")).to.equal("200 New, dear Ada!");
  });

  it("converges after an update that stopped between the new version and the alias", async () => {
    await stack.run({ WORD: "Old" });
    const fault = { service: "lambda", operation: "UpdateAlias", kind: "accessDenied" } as const;
    const id = stack.session.cloud.faults.add({ ...fault, times: "forever" });
    await stack.failure(stack.run({ WORD: "New" }));
    expect(await versions()).to.deep.equal(["1", "2"]);
    expect(await answers()).to.deep.equal(["200 Old, Ada!", "200 Old, Ada!"]);
    stack.session.cloud.faults.remove(id);
    await stack.run({ WORD: "New" });
    expect(await versions()).to.deep.equal(["1", "2"]);
    expect(await answers()).to.deep.equal(["200 New, Ada!", "200 Old, Ada!"]);
    await expectEmptyDiff({ WORD: "New" });
  });

  it("publishes a version only for a change, and keeps at most three, with that of each alias", async () => {
    for (const word of ["1", "1", "2", "3", "4"]) await stack.run({ WORD: word });
    expect(await versions()).to.deep.equal(["1", "3", "4"]);
    await commands.run("promote greeting");
    await stack.run({ WORD: "5" });
    // Version 1 is what a rollback would return to.
    expect(await versions()).to.deep.equal(["1", "4", "5"]);
    await commands.run("rollback greeting");
    expect(await answers()).to.deep.equal(["200 5, Ada!", "200 1, Ada!"]);
  });

});
