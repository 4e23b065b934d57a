import { expect } from "chai";
import { findPulumiCli, NO_CLI } from "../../../localcloud/test/support/pulumiCli";
import { advanceUntilQuiet, type Cloud, dockerHubPush } from "../../../localcloud/testing";
import { CliProgram } from "../../support/cli/cliProgram";
import type { Step } from "../../support/cli/cliStack";

describe("the real Pulumi CLI after a deployment by a webhook", function () {
  this.timeout(180_000);
  const cli = findPulumiCli();
  let program: CliProgram;
  let cloud: Cloud;

  before(async function () {
    if (!cli) {
      console.log(`      skipped: ${NO_CLI}`);
      return this.skip();
    }
    const main = "examples/webhook-redeployer/index.ts";
    program = await CliProgram.start(cli, { project: "shop", main, clock: "manual" });
    ({ cloud } = program);
    await program.pulumi("up --yes --skip-preview");
    await cloud.clock.advance(300_000);
  });
  after(() => program?.close());

  const changes = async (): Promise<Step[]> => (await program.preview()).changes;
  const redeploy = async (tag: string): Promise<void> => {
    const pushed_at = Math.floor(cloud.clock.now() / 1000);
    const url = (await program.pulumi("stack output webhookUrl --show-secrets")).trim();
    const body = JSON.stringify(dockerHubPush({ tag, push_data: { pushed_at } }));
    expect((await fetch(url, { method: "POST", body })).status).to.equal(202);
    await advanceUntilQuiet(cloud, { quietMinutes: 3, limitMinutes: 30 });
  };

  it("sees no difference after a redeploy", async () => {
    await redeploy("1.1.0");
    expect((await changes()).map(({ op, urn }) => `${op} ${urn}`)).to.deep.equal([]);
  });

  it("sees exactly the change of the program, and none after it is deployed", async () => {
    await program.pulumi("config set memory 256");
    const all = await changes();
    const definitions = all.filter(({ urn }) => urn.includes("taskDefinition"));
    expect(definitions).to.not.deep.equal([]);
    for (const { detailedDiff } of definitions)
      if (detailedDiff) expect(detailedDiff).to.have.all.keys("containerDefinitions");
    const others = all.filter(({ urn }) => !/::(web|report)$/.test(urn));
    expect(others).to.deep.equal([]);
    await program.pulumi("up --yes --skip-preview");
    await advanceUntilQuiet(cloud, { quietMinutes: 3, limitMinutes: 30 });
    expect(await changes()).to.deep.equal([]);
    await redeploy("1.2.0");
    expect(await changes()).to.deep.equal([]);
  });
});
