import { InvokeCommand } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { Gatekeeper } from "../../support/programs/gatekeeper";
import { StagedStack } from "../../support/programs/stagedStack";

const template = (n: number): string => `{"name": "t${n}"}`;

describe("a StagedApi whose apiGate continues while others move its stages", function () {
  this.timeout(180_000);
  let keeper: Gatekeeper;
  let stack: StagedStack;
  let asks: Record<string, string>;
  beforeEach(async () => {
    keeper = await Gatekeeper.start();
    stack = await StagedStack.start();
    asks = { API_GATE: "asks", GATEKEEPER: keeper.url };
  });
  afterEach(async () => {
    await stack.close();
    await keeper.close();
  });

  const answer = async (): Promise<string> => stack.answer("stage");

  /** Runs what Lambda continues after an update was killed: the release function, judging version 2. */
  async function runOrphan(): Promise<string> {
    const words = { WORD: "Abandoned", ...asks };
    const dying = stack.failedUp(words);
    (await keeper.asked()).fail("the first run");
    await dying;
    const name = stack.output("lambda/function:Function::greeting-release", "name");
    const found = stack.resources.find(({ urn }) => urn.endsWith("Invocation::greeting-release"));
    const input = JSON.parse(String(found?.inputs.input)) as object;
    const Payload = Buffer.from(JSON.stringify({ ...input, version: "2" }));
    return stack.commands.clients.lambda
      .send(new InvokeCommand({ FunctionName: name, Payload }))
      .then((ended) => Buffer.from(ended.Payload ?? []).toString());
  }

  for (const outcome of ["fail", "pass"] as const)
    it(`writes and moves nothing when the abandoned run's checks ${outcome} after a later update`, async () => {
      await stack.up({ WORD: "Old", API_GATE: "passes" });
      const orphan = runOrphan();
      const gate = await keeper.asked();
      expect(await answer()).to.equal("200 Abandoned, Ada!");
      const fixed = { WORD: "Fixed", API_GATE: "passes" };
      await stack.up(fixed);
      gate[outcome]("too slow");
      expect(await orphan).to.contain("This run was overtaken");
      expect(await answer()).to.equal("200 Fixed, Ada!");
      await stack.expectEmptyDiff(fixed);
      expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
      expect(await stack.answers()).to.deep.equal(["200 Fixed, Ada!", "200 Fixed, Ada!"]);
    });

  it("lets the later of two runs judge one release, whichever ends first", async () => {
    await stack.up({ WORD: "Old", API_GATE: "passes" });
    const orphan = runOrphan();
    const abandoned = await keeper.asked();
    // As after a kill: the same update again, while Lambda still runs the function that the first one called.
    const again = stack.up({ WORD: "Abandoned", ...asks });
    (await keeper.asked()).pass();
    await again;
    abandoned.fail("too slow");
    expect(await orphan).to.contain("'asks its keeper' failed: too slow. This run was overtaken");
    expect(await answer()).to.equal("200 Abandoned, Ada!");
    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
  });

  for (const [command, before] of [
    ["rollback greeting", ["promote greeting"]],
    ["promote greeting --finish", []],
  ] as const)
    it(`keeps the release that a gate must return to when '${command}' runs at the same time`, async () => {
      const passes = { API_GATE: "passes", CANARY: "true" };
      for (const [index, word] of ["1", "2", "3"].entries()) {
        await stack.up({ ...passes, TEMPLATE: template(index), WORD: word });
        if (index !== 1) continue;
        for (const line of before)
          expect((await stack.commands.run(line)).error).to.equal(undefined);
        if (before.length === 0) await stack.commands.run("promote greeting --canary 50");
      }
      const passed = await stack.answers();
      const update = stack.failedUp({ ...passes, ...asks, TEMPLATE: template(4), WORD: "4" });
      const gate = await keeper.asked();
      expect((await stack.commands.run(command)).error).to.equal(undefined);
      gate.fail("not good");
      const { message } = await update;
      expect(message).to.contain("failed: not good. stage is back at version 3, deployment");
      expect((await stack.answers())[0]).to.equal(passed[0]);
    });

  it("says first why a release failed, and then why it could not be moved back", async () => {
    await stack.up({ TEMPLATE: template(1), API_GATE: "passes" });
    const update = stack.failedUp({ TEMPLATE: template(2), ...asks });
    const gate = await keeper.asked();
    const roleName = stack.output("Role::greeting-release-role", "name");
    stack.cloud.faults.add({ operation: "UpdateStage", kind: "notFound", roleName });
    gate.fail("not good");
    const { message } = await update;
    expect(message).to.match(
      /failed: not good\. stage could not be moved back to version 1, deployment \w+: NotFoundException/,
    );
  });

  it("rolls back twice in a row, even when each release has its own definition", async () => {
    for (const n of [1, 2, 3]) {
      await stack.up({ TEMPLATE: template(n) });
      expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    }
    for (const n of [2, 1]) {
      expect((await stack.commands.run("rollback greeting")).error).to.equal(undefined);
      expect(await stack.answer("prod")).to.equal(`200 Hello, t${n}!`);
    }
  });
});
