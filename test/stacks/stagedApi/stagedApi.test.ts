import { expect } from "chai";
import { StagedStack } from "../../support/programs/stagedStack";

const POLITE = `{"name": "$input.params('name')", "politely": true}`;

describe("a StagedApi on the local cloud", function () {
  this.timeout(180_000);
  let stack: StagedStack;
  beforeEach(async () => {
    stack = await StagedStack.start();
  });
  afterEach(() => stack.close());

  it("moves stage by an update, prod by promote and back by rollback, with an empty diff after each", async () => {
    const olds = { WORD: "Old", GATE: "passes", API_GATE: "passes" };
    await stack.up(olds);
    expect(await stack.answers()).to.deep.equal(["200 Old, Ada!", "200 Old, Ada!"]);
    await stack.expectEmptyDiff(olds);

    const news = { ...olds, WORD: "New" };
    await stack.up(news);
    expect(await stack.answers()).to.deep.equal(["200 New, Ada!", "200 Old, Ada!"]);

    const promoted = await stack.commands.run("promote greeting");
    expect(promoted.error).to.equal(undefined);
    expect(promoted.output).to.match(/PROD alias +version 1 +version 2/);
    expect(await stack.answers()).to.deep.equal(["200 New, Ada!", "200 New, Ada!"]);
    await stack.expectEmptyDiff(news);
    expect(await stack.answers()).to.deep.equal(["200 New, Ada!", "200 New, Ada!"]);
    const again = await stack.commands.run("promote greeting");
    expect(again.output).to.contain("nothing to promote");

    const back = await stack.commands.run("rollback greeting");
    expect(back.error).to.equal(undefined);
    expect(back.output).to.match(/PROD alias +version 2 +version 1/);
    expect(await stack.answers()).to.deep.equal(["200 New, Ada!", "200 Old, Ada!"]);
    await stack.expectEmptyDiff(news);
    expect(await stack.answers()).to.deep.equal(["200 New, Ada!", "200 Old, Ada!"]);
    const further = await stack.commands.run("rollback greeting");
    expect(further.error).to.contain("no promotion to version 1");
    const { output } = await stack.commands.run("history greeting");
    expect(output).to.match(/promote +1 -> 2[^]*rollback +2 -> 1/);
  });

  it("moves a changed template and a new route to stage by the update, and to prod by promote", async () => {
    await stack.up();
    const news = { TEMPLATE: POLITE, EXTRA_ROUTE: "true" };
    await stack.up(news);
    const stages = /^(delete|create|deleteReplaced) greeting-(stage|prod)$/;
    expect(stack.changed.filter((step) => stages.test(step))).to.deep.equal([]);
    expect(await stack.answers()).to.deep.equal(["200 Hello, dear Ada!", "200 Hello, Ada!"]);
    const echo = (stage: string, body = '{"text": "hi"}'): Promise<Response> =>
      fetch(`${stack.url(stage)}/echo/7`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    expect(await (await echo("stage")).json()).to.deep.equal({
      id: "7",
      body: { text: "hi" },
      route: "POST /echo/{id}",
      stage: "stage",
      calls: 1,
    });
    const refused = await echo("stage", "{}");
    expect(refused.status).to.equal(400);
    expect(await refused.text()).to.contain("text");
    expect((await echo("prod")).status).to.equal(403);

    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    expect(await stack.answers()).to.deep.equal(["200 Hello, dear Ada!", "200 Hello, dear Ada!"]);
    expect((await echo("prod")).status).to.equal(200);
    await stack.expectEmptyDiff(news);

    // The route is removed again: prod keeps it until the next promotion. API Gateway removes it with the deployment
    // after this one, since an update deletes after it creates; until then the new version answers "not found".
    await stack.up({ TEMPLATE: POLITE });
    expect((await echo("stage")).status).to.equal(404);
    expect((await echo("prod")).status).to.equal(200);
  });

  it("keeps both stages unchanged when the gate fails in any way, says why, and converges after it", async () => {
    await stack.up({ WORD: "Old", GATE: "passes" });
    for (const [gate, says, fail] of [
      ["throws", "gate 'greets in English' failed: expected Howdy, got New, Ada!", ""],
      ["false", "gate 'gate' failed: it returned false", ""],
      ["hangs", "gate 'never ends' failed: it did not end within 2.0 seconds", ""],
      [
        "spins",
        "gate 'never pauses' failed: it did not end within 2.0 seconds, and never paused",
        "",
      ],
      ["exits", "gate 'leaves' failed: it called process.exit(3)", ""],
      ["rejects", "gate 'forgets a promise' failed: nobody waits for it", ""],
      ["dies", "Runtime exited with error: signal: killed", ""],
      ["breaks", "gate 'calls it' failed: the callback is broken", "true"],
      ["breaks", "ran out of its 256 MB of memory; raise memorySize", "memory"],
      ["hoards", "gate 'keeps everything' failed: it used up the function's 256 MB of memory", ""],
      ["buffers", "gate 'reads it all' failed: it used up the function's 256 MB of memory", ""],
    ]) {
      const news = {
        WORD: "New",
        GATE: gate,
        GATE_TIMEOUT: gate === "hangs" || gate === "spins" ? "2" : "60",
        FAIL: fail,
      };
      const { message } = await stack.failedUp(news);
      expect(message).to.contain(says);
      // Without places in the bundled file, which help nobody.
      expect(message).not.to.contain("index.js");
      expect(await stack.answers(), gate).to.deep.equal(["200 Old, Ada!", "200 Old, Ada!"]);
    }
    const promoted = await stack.commands.run("promote greeting");
    expect(promoted.output).to.contain("nothing to promote");
    const fixed = { WORD: "Newer", GATE: "passes" };
    await stack.up(fixed);
    expect(await stack.answers()).to.deep.equal(["200 Newer, Ada!", "200 Old, Ada!"]);
    expect((await stack.versions()).length).to.be.at.most(6);
    await stack.expectEmptyDiff(fixed);
  });

  it("gates the first version too: a failing gate leaves no stage behind", async () => {
    const { message } = await stack.failedUp({ GATE: "throws" });
    expect(message).to.contain("gate 'greets in English' failed");
    expect(stack.changed).not.to.include.members(["create greeting-stage"]);
    expect(stack.changed).not.to.include.members(["create greeting-prod"]);
    await stack.up({ GATE: "passes" });
    expect(await stack.answers()).to.deep.equal(["200 Hello, Ada!", "200 Hello, Ada!"]);
  });

  it("moves stage back when the apiGate fails, blocks promotion, and judges again at the next update", async () => {
    await stack.up({ WORD: "Old", API_GATE: "passes" });
    await stack.up({ WORD: "Verified", API_GATE: "passes" });
    const broken = { WORD: "New", TEMPLATE: POLITE, API_GATE: "fails" };
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const { message } = await stack.failedUp(broken);
      expect(message).to.contain("apiGate 'answers 201' failed: expected 201, got 200");
      expect(message).to.contain("stage is back at version 2");
      expect(await stack.answers()).to.deep.equal(["200 Verified, Ada!", "200 Old, Ada!"]);
      const { error } = await stack.commands.run("promote greeting");
      expect(error).to.contain("version 3 failed on stage (apiGate 'answers 201' failed");
    }
    const fixed = { ...broken, API_GATE: "passes" };
    await stack.up(fixed);
    expect(await stack.answers()).to.deep.equal(["200 New, dear Ada!", "200 Old, Ada!"]);
    await stack.expectEmptyDiff(fixed);
    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    expect(await stack.answer("prod")).to.equal("200 New, dear Ada!");
  });

  it("keeps a first release that the apiGate fails from prod", async () => {
    const { message } = await stack.failedUp({ API_GATE: "fails" });
    expect(message).to.contain("There is no release before it to return to.");
    expect(stack.changed).to.include("create greeting-stage");
    expect(stack.changed).not.to.include("create greeting-prod");
  });

  it("converges after an update that stopped anywhere on its way to stage, without another version", async () => {
    await stack.up({ WORD: "Old" });
    let variables: Record<string, string> = {};
    for (const operation of ["UpdateAlias", "CreateDeployment", "UpdateStage"]) {
      const before = await stack.answer("stage");
      variables = { WORD: operation, TEMPLATE: POLITE.replace("true", `"${operation}"`) };
      const newest = Math.max(...(await stack.versions()).map(Number)) + 1;
      const id = stack.cloud.faults.add({ operation, kind: "accessDenied", times: "forever" });
      await stack.failedUp(variables);
      stack.cloud.faults.remove(id);
      expect(await stack.versions()).to.include(String(newest));
      const unmoved =
        operation === "UpdateAlias" ? [before] : [before.replace(/ \w+/, ` ${operation}`)];
      expect(unmoved).to.include(await stack.answer("stage"));
      await stack.up(variables);
      expect(await stack.answers()).to.deep.equal([`200 ${operation}, dear Ada!`, "200 Old, Ada!"]);
      expect(Math.max(...(await stack.versions()).map(Number))).to.equal(newest);
    }
    await stack.expectEmptyDiff(variables);
  });

  it("publishes a version only for a change of code, and none for an API definition", async () => {
    for (const word of ["1", "1", "2"]) await stack.up({ WORD: word });
    await stack.up({ WORD: "2", TEMPLATE: POLITE });
    expect(await stack.versions()).to.deep.equal(["1", "2"]);
  });
});

describe("a StagedApi with a function for each stage", function () {
  this.timeout(120_000);
  let stack: StagedStack;
  before(async () => {
    stack = await StagedStack.start("twoFunctions", "hello");
  });
  after(() => stack.close());

  const get = async (stage: string): Promise<unknown> =>
    (await fetch(`${stack.url(stage)}/?name=Ada`)).json();

  it("calls the function that the stage variable names", async () => {
    await stack.up();
    expect(await get("stage")).to.deep.equal({ Hello: "World" });
    expect(await get("prod")).to.deep.equal({ Hello: "Ada" });
  });

  it("promotes and rolls back only the deployment", async () => {
    const news = { RESPONSE_TEMPLATE: `{"body": $input.json('$')}` };
    await stack.up(news);
    expect(await get("stage")).to.deep.equal({ body: { Hello: "World" } });
    expect(await get("prod")).to.deep.equal({ Hello: "Ada" });
    expect((await stack.commands.run("promote hello")).error).to.equal(undefined);
    expect(await get("prod")).to.deep.equal({ body: { Hello: "Ada" } });
    expect((await stack.commands.run("rollback hello")).error).to.equal(undefined);
    expect(await get("prod")).to.deep.equal({ Hello: "Ada" });
    await stack.expectEmptyDiff(news);
  });
});
