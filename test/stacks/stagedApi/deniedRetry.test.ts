import { expect } from "chai";
import { StagedStack } from "../../support/programs/stagedStack";

describe("a StagedApi whose new policies are not effective everywhere yet", function () {
  this.timeout(120_000);
  let stack: StagedStack;
  const gates = { GATE: "passes", API_GATE: "passes" };
  before(async () => {
    stack = await StagedStack.start();
    await stack.up(gates);
  });
  after(() => stack.close());

  it("waits for them in each of its functions, in one update", async () => {
    const denied = (
      [
        ["lambda", "ListAliases"],
        ["lambda", "Invoke", "gate"],
        ["lambda", "GetAlias"],
        ["api-gateway", "GetStage"],
        ["ssm", "GetParameter"],
      ] as const
    ).map(([service, operation, name = "release"]) => {
      const roleName = stack.output(`Role::greeting-${name}-role`, "name");
      return stack.cloud.faults.add({ service, operation, roleName, kind: "accessDenied" });
    });
    await stack.up({ ...gates, WORD: "New" });
    expect(await stack.answers()).to.deep.equal(["200 New, Ada!", "200 Hello, Ada!"]);
    const applied = stack.cloud.faults.list().filter(({ id }) => denied.includes(id));
    expect(applied.map((active) => active.applied)).to.deep.equal([1, 1, 1, 1, 1]);
  });
});
