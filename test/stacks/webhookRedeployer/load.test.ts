import { expect } from "chai";
import { type LoadResult, RedeployLoad } from "../../support/programs/redeployerLoad";

/** More services than the rate limit of UpdateService allows at once, so that the functions have to wait. */
const SIZE = { families: 14, clusters: 5 };

describe("a deployed redeployer with more services than ECS lets it update at once", function () {
  this.timeout(120_000);
  let load: RedeployLoad;
  let result: LoadResult;

  before(async () => {
    load = await RedeployLoad.start(SIZE);
    result = await load.push();
  });
  after(() => load?.close());

  it("moves every service of every cluster, with one new revision of each family", () => {
    expect(result.newRevisions).to.deep.equal({ fewest: 1, most: 1 });
    expect(result.behind).to.equal(0);
  });

  it("loses nothing: each family has a result and a pin, and no message is given up", () => {
    const { completed, pinned, deadLetters } = result;
    const { families } = SIZE;
    expect({ completed, pinned, deadLetters }).to.deep.equal({
      completed: families,
      pinned: families,
      deadLetters: 0,
    });
  });

  it("waits as long as the rate limit requires, and makes no unnecessary call", () => {
    expect(result.limit).to.equal(4_000);
    expect(result.took).to.be.at.least(result.limit);
    expect(result.refused).to.be.greaterThan(0);
    for (const { operation, made, least } of result.calls) {
      // One check for each family whether the last service that it waits for still exists.
      const looks = operation === "ecs:DescribeServices" ? SIZE.families : 0;
      expect(made, operation).to.be.within(least, least + looks);
    }
  });
});
