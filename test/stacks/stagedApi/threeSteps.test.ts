import { expect } from "chai";
import { StagedStack } from "../../support/programs/stagedStack";

const AT_ONCE =
  "This update takes dynamodb:GetItem on a resource that it removes, replaces or leaves out of 'permissions' from prod of";
const STEPS =
  "Do it in three steps: expand (keep it beside what is new), promote, and contract (remove it when you no longer need " +
  "to roll back to what uses it); see docs/components/staged-api.md.";

describe("an update that removes permissions which the version in prod of a StagedApi may use", function () {
  this.timeout(180_000);
  let stack: StagedStack;
  before(async () => {
    stack = await StagedStack.start("threeSteps");
  });
  after(() => stack.close());

  const warningsOf = async (variables: Record<string, string>): Promise<readonly string[]> => {
    await stack.up(variables);
    return stack.warnings;
  };
  const both = { WORD: "Howdy", GRANTS: "old new" };

  it("warns for an older version that was created with them, and not for one created before them", async () => {
    expect(await warningsOf({}), "first deployment").to.deep.equal([]);
    expect(await warningsOf(both), "expand").to.deep.equal([]);
    expect(await warningsOf({ ...both, GRANTS: "old" }), "prod never had it").to.deep.equal([]);
    await stack.up(both);
    await stack.expectEmptyDiff(both);
  });

  it("does not warn of old permissions once a version created with the new ones is promoted, but of the new ones", async () => {
    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    await stack.expectEmptyDiff(both);
    expect(await warningsOf({ ...both, GRANTS: "new" }), "contract").to.deep.equal([]);
    expect(await warningsOf({ ...both, GRANTS: "new", KEY: "sku" }), "table").to.deep.equal([
      `${AT_ONCE} 'greeting', which serves version 2: one role serves all versions, so the permission is lost at once. ${STEPS}`,
    ]);
  });

  it("warns when the code that no longer needs them is changed in the same update", async () => {
    const changed = { WORD: "Hi", GRANTS: "old", KEY: "sku" };
    await stack.up({ ...changed, GRANTS: "old new" });
    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    expect(await warningsOf({ ...changed, WORD: "Ahoy" })).to.have.length(1);
  });

  it("says what happens to prod when the last callback is removed, and how to do it", async () => {
    const [warning, ...more] = await warningsOf({ CALLBACK: "false", KEY: "sku" });
    expect(more).to.deep.equal([]);
    expect(warning).to.match(
      /^This update deletes function greeting-\w+ of prod of 'greeting', which serves version 3: each request of prod for a callback is answered with 500/,
    );
    expect(warning).to.contain("expand (leave one callback in), promote, and contract");
    expect(await warningsOf({ CALLBACK: "false", KEY: "sku" }), "it is gone").to.deep.equal([]);
  });
});
