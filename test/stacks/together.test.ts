import { expect } from "chai";
import * as path from "node:path";
import { EngineSession } from "../../localcloud/test/support/engineSession";
import { cloudContents } from "../support/cli/cloudContents";

const DIRECTORY = path.join(__dirname, "programs/together");

/**
 * ECS goes on listing a family whose revisions are all INACTIVE:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html
 */
const FAMILIES = ["together-one", "together-two"];

describe("Two APIs, two task scalers and two cluster scalers in one program", function () {
  this.timeout(300_000);
  let engine: EngineSession;
  before(async () => {
    engine = await EngineSession.start("", { directory: DIRECTORY });
  });
  after(() => engine?.close());

  const changes = (): string[] =>
    engine.steps.filter((step) => !/^(same|changed|read|refresh) /.test(step));

  /** Deploys the resources of these names, and returns what the first API of each answers. */
  const deploy = async (...names: string[]): Promise<unknown[]> => {
    const { outputs } = await engine.run({ NAMES: names.join(" ") });
    const apis = (outputs.apis ?? []) as { url: string }[];
    return Promise.all(apis.map(async ({ url }) => (await fetch(`${url}/hello`)).json()));
  };

  it("deploy, and a second update changes nothing", async () => {
    expect(await deploy("one", "two")).to.deep.equal([{ from: "one" }, { from: "two" }]);
    await deploy("one", "two");
    expect(changes()).to.deep.equal([]);
  });

  it("lose one of each without a change of the others, which come back as they were", async () => {
    expect(await deploy("one")).to.deep.equal([{ from: "one" }]);
    expect(changes()).to.not.have.length(0);
    for (const step of changes()) expect(step).to.match(/^delete two/);
    const { ListTaskDefinitionFamilies, ...contents } = await cloudContents(engine.session.cloud);
    expect(ListTaskDefinitionFamilies).to.deep.equal(FAMILIES);
    const left = Object.values(contents).flat();
    expect(left.filter((name) => name.includes("two"))).to.deep.equal([]);

    expect(await deploy("two", "one")).to.deep.equal([{ from: "two" }, { from: "one" }]);
    for (const step of changes()) expect(step).to.match(/^create two/);
  });

  it("leave nothing active but the account's logging role when all are removed", async () => {
    await deploy();
    expect(await cloudContents(engine.session.cloud)).to.deep.equal({
      ListRoles: ["api-account-role"],
      ListTaskDefinitionFamilies: FAMILIES,
    });
  });
});
