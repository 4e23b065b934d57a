import { expect } from "chai";
import { StagedStack } from "../../support/programs/stagedStack";

describe("the versions of a StagedApi", function () {
  this.timeout(300_000);
  let stack: StagedStack;
  before(async () => {
    stack = await StagedStack.start();
  });
  after(() => stack.close());

  const failures = Array.from({ length: 7 }, (_, n) => (n % 2 ? "apiGate fails" : "gate fails"));
  const SEQUENCE = [
    ...["passes", "passes", "promote", ...failures, "passes", "promote"],
    // The target of this rollback is older than all versions that are kept as the newest.
    ...["rollback", "gate fails", "gate fails", "passes"],
  ];

  it("are at most `keep` after many different outcomes, and never lack a needed one", async () => {
    let number = 0;
    const prod = ["200 1, Ada!"];
    let passed = "";
    for (const [index, outcome] of SEQUENCE.entries()) {
      const at = `${outcome} (${index})`;
      if (outcome === "promote" || outcome === "rollback") {
        if (outcome === "promote") prod.push(passed);
        else prod.pop();
        expect((await stack.commands.run(`${outcome} greeting`)).error, at).to.equal(undefined);
      } else {
        number += 1;
        const variables = {
          WORD: String(number),
          GATE: outcome === "gate fails" ? "throws" : "passes",
          API_GATE: outcome === "apiGate fails" ? "fails" : "passes",
          // Changes the deployment too.
          TEMPLATE: `{"name": "$input.params('name')", "release": ${number}}`,
        };
        if (outcome === "passes") {
          await stack.up(variables);
          passed = `200 ${number}, Ada!`;
        } else expect((await stack.failedUp(variables)).message, at).to.contain("failed:");
      }
      expect(await stack.answers(), at).to.deep.equal([passed, prod.at(-1)]);
      const versions = await stack.versions();
      expect(versions, at).to.include(String(number));
      expect(versions.length, `${at}: ${versions.join(" ")}`).to.be.at.most(6);
      expect(await stack.deployments(), at).to.be.at.most(6);
    }
    expect(number).to.equal(13);
  });
});
