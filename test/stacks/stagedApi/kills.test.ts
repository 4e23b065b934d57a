import { expect } from "chai";
import type { FaultKind } from "../../../localcloud/cloud/faults";
import { StagedStack } from "../../support/programs/stagedStack";

const OLD = "200 Old, Ada!";
const PASSES = { GATE: "passes", API_GATE: "passes" };

/** The tests run in sequence on one stack, whose prod stays at the first release. */
describe("a StagedApi whose update is interrupted", function () {
  this.timeout(180_000);
  let stack: StagedStack;
  let word = 0;
  /** Answer of stage after the last update that passed. */
  let last = OLD;

  before(async () => {
    stack = await StagedStack.start();
    await stack.up({ WORD: "Old", ...PASSES });
  });
  after(() => stack.close());
  afterEach(() => stack.cloud.faults.clear());

  /** Code that was not deployed before. */
  const news = (): { WORD: string } => ({ WORD: `New${++word}` });

  /** Expects that the next run without other changes succeeds without publishing another version. */
  async function expectConvergence(variables: { WORD: string }): Promise<void> {
    const newest = (await stack.versions()).at(-1);
    await stack.up({ ...variables, ...PASSES });
    last = `200 ${variables.WORD}, Ada!`;
    expect(await stack.answers()).to.deep.equal([last, OLD]);
    expect((await stack.versions()).at(-1)).to.equal(newest);
    const { output } = await stack.commands.run("promote greeting --dry-run");
    expect(output).to.contain(`version ${newest}`);
  }

  /** Expects that neither the interrupted release nor an older one is promoted. */
  async function expectNoPromotion(reason: RegExp): Promise<void> {
    const { error } = await stack.commands.run("promote greeting");
    expect(error).to.match(reason);
    expect(await stack.answer("prod")).to.equal(OLD);
  }

  it("returns stage to the release before when an apiGate fails, hangs or would end the function, and names the check when it refuses to promote", async () => {
    const variables = { ...news(), GATE_TIMEOUT: "2" };
    for (const [gate, says] of [
      ["false", "apiGate 'apiGate' failed: it returned false"],
      ["hangs", "apiGate 'never ends' failed: it did not end within 2.0 seconds. stage is back"],
      [
        "spins",
        "apiGate 'never pauses' failed: it did not end within 2.0 seconds, and never paused",
      ],
      ["hoards", "apiGate 'keeps everything' failed: it used up the function's 256 MB of memory"],
      ["exits", "apiGate 'leaves' failed: it called process.exit(3). stage is back"],
    ]) {
      const { message } = await stack.failedUp({ ...variables, API_GATE: gate });
      expect(message).to.contain(says);
      expect(await stack.answers()).to.deep.equal([last, OLD]);
      const check = says.replace(/ failed:[^]*/, "");
      await expectNoPromotion(new RegExp(`version \\d+ failed on stage \\(${check} failed`));
    }
    await expectConvergence(variables);
  });

  it("waits for slow gates, within their timeout", async () => {
    await stack.up({ ...news(), GATE: "slow", API_GATE: "slow", GATE_TIMEOUT: "4" });
    last = `200 New${word}, Ada!`;
    expect(await stack.answers()).to.deep.equal([last, OLD]);
  });

  it("does not promote a release whose judge was killed", async () => {
    const variables = news();
    const { message } = await stack.failedUp({ ...variables, API_GATE: "dies" });
    expect(message).to.contain("Runtime exited with error: signal: killed");
    expect(await stack.answers()).to.deep.equal([`200 ${variables.WORD}, Ada!`, OLD]);
    await expectNoPromotion(/which have not passed its checks\. Run the update again/);
    await expectConvergence(variables);
  });

  it("converges when the release function dies after recording that it judges", async () => {
    const variables = news();
    const roleName = stack.output("Role::greeting-release-role", "name");
    stack.cloud.faults.add({ operation: "PutParameter", kind: "killWorkerAfter", roleName });
    await stack.failedUp({ ...variables, ...PASSES });
    await expectNoPromotion(/which have not passed its checks/);
    await expectConvergence(variables);
  });

  for (const [operation, kind, outcome, skip] of [
    // The first write records which run judges.
    ["PutParameter", "killWorkerAfter", "passes", 1],
    ["PutParameter", "killWorkerAfter", "fails", 1],
    ["UpdateAlias", "killWorkerBefore", "fails", 0],
  ] satisfies [string, FaultKind, string, number][])
    it(`converges when the release function dies (${kind}) at ${operation} after an apiGate that ${outcome}`, async () => {
      const variables = news();
      const roleName = stack.output("Role::greeting-release-role", "name");
      const id = stack.cloud.faults.add({ operation, kind, roleName, skip });
      await stack.failedUp({ ...variables, ...PASSES, API_GATE: outcome });
      const [rule] = stack.cloud.faults.list().filter((active) => active.id === id);
      expect(rule.applied).to.equal(1);
      expect([last, `200 ${variables.WORD}, Ada!`]).to.include(await stack.answer("stage"));
      if (outcome === "fails") await expectNoPromotion(/is not promoted: version \d+ failed/);
      await expectConvergence(variables);
    });

  for (const at of ["version published", "stage moved"])
    it(`converges when the program is killed at the step '${at}'`, async () => {
      const variables = news();
      const { message } = await stack.failedUp({ ...variables, ...PASSES, KILLED_AT: at });
      expect(message).to.equal("The program was ended by SIGKILL.");
      expect([last, `200 ${variables.WORD}, Ada!`]).to.include(await stack.answer("stage"));
      expect(await stack.answer("prod")).to.equal(OLD);
      await expectConvergence(variables);
      await stack.expectEmptyDiff({ ...variables, ...PASSES });
    });
});
