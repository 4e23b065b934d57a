import { GetStageCommand } from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import { StagedStack } from "../../support/programs/stagedStack";

const TONED = `{"name": "$stageVariables.tone"}`;

describe("the apiGate of a StagedApi whose stage variables change", function () {
  this.timeout(180_000);
  let stack: StagedStack;
  afterEach(() => stack.close());

  const variables = async (): Promise<Record<string, string> | undefined> => {
    const at = { restApiId: stack.restApiId, stageName: "stage" };
    return (await stack.commands.clients.apiGateway.send(new GetStageCommand(at))).variables;
  };

  it("judges them, restores them, judges the same ones again, and accepts the earlier ones", async () => {
    stack = await StagedStack.start();
    const soft = { API_GATE: "soft", TEMPLATE: TONED, TONE: "soft" };
    await stack.up(soft);
    expect(await stack.answers()).to.deep.equal(["200 Hello, soft!", "200 Hello, plain!"]);
    await stack.expectEmptyDiff(soft);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const { message } = await stack.failedUp({ ...soft, TONE: "loud" });
      expect(message).to.match(
        /apiGate 'is not loud' failed: .*loud.* stage is back at version 1, deployment \w+ and its stage variables\./,
      );
      expect(await stack.answers()).to.deep.equal(["200 Hello, soft!", "200 Hello, plain!"]);
      const { error } = await stack.commands.run("promote greeting");
      expect(error).to.contain("version 1 failed on stage (apiGate 'is not loud' failed");
    }
    await stack.up(soft);
    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    await stack.expectEmptyDiff(soft);
    const softer = { ...soft, TONE: "softer" };
    await stack.up(softer);
    expect(await stack.answer("stage")).to.equal("200 Hello, softer!");
    await stack.expectEmptyDiff(softer);
  });

  it("restores values and names together with code and template", async () => {
    stack = await StagedStack.start();
    const soft = { API_GATE: "soft", TEMPLATE: TONED, TONE: "soft" };
    await stack.up(soft);
    const before = await variables();
    const TEMPLATE = TONED.replace("tone", "volume");
    const loud = { ...soft, TEMPLATE, TONE: "loud", TONE_NAME: "volume", WORD: "Hey" };
    await stack.failedUp(loud);
    expect(await variables()).to.deep.equal(before);
    expect(await stack.answer("stage")).to.equal("200 Hello, soft!");
    await stack.failedUp(loud);
    expect(await variables()).to.deep.equal(before);
    const fixed = { ...loud, TONE: "low" };
    await stack.up(fixed);
    expect(await stack.answer("stage")).to.equal("200 Hey, low!");
    expect(await variables()).to.deep.equal({ LambdaAlias: "STAGE", volume: "low" });
    await stack.expectEmptyDiff(fixed);
  });

  it("judges the function that a stage names", async () => {
    stack = await StagedStack.start("twoFunctions", "hello");
    const gated = { API_GATE: "true" };
    const status = async (): Promise<number> => (await fetch(`${stack.url("stage")}/`)).status;
    await stack.up(gated);
    const broken = { ...gated, STAGE_FUNCTION: "broken" };
    const { message } = await stack.failedUp(broken);
    expect(message).to.match(
      /it returned false; .*\. stage is back at deployment \w+ and its stage variables\./,
    );
    expect(await status()).to.equal(200);
    await stack.up(gated);
    expect(await status()).to.equal(200);
    expect((await stack.commands.run("promote hello")).error).to.equal(undefined);
    await stack.expectEmptyDiff(gated);
  });
});
