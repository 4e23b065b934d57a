import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ProviderCore } from "../../localcloud/provider/core";
import { resourceTokens } from "../../localcloud/provider/resources";
import { dev } from "../../stacks/dev";
import { prod } from "../../stacks/prod";
import { componentGraph } from "../support/graph/componentGraph";

/** These change with the text of a callback, not with the structure of a stack. */
const OF_CODE = ["code", "sourceCodeHash", "triggers"];
/** The token of a webhook is generated in each run without state. */
const RANDOM_TOKEN = /"value":"[\w-]{32}"/g;
const PROVIDER = new ProviderCore({
  aws: { region: "eu-central-1", accountId: "123456789012" },
  programDirectory: __dirname,
});
const SETTINGS = { alarmActions: [], protectData: true, logRetentionInDays: 30 };

/**
 * The resources that the stacks register, by URN: the diff of a refactoring shows that nothing else changed. After an
 * intended change run `GOLDEN=write npm test -- test/stacks/golden.test.ts`, and review the diff. That run fails if the
 * change would replace resources that users have deployed.
 */
describe("golden list of a stack's resources", () => {
  it("stack dev registers the URNs and inputs of test/stacks/golden/dev.json", async () => {
    await expectGolden("dev", () => dev(SETTINGS));
  });

  it("stack prod on an existing service registers the URNs and inputs of test/stacks/golden/prod.json", async () => {
    const service = { cluster: "shop", family: "shop-web", passRoles: [] };
    pulumi.runtime.setAllConfig({ "project:service": JSON.stringify(service) });
    await expectGolden("prod", () => prod(SETTINGS));
  });
});

async function expectGolden(name: string, build: () => unknown): Promise<void> {
  const graph = await componentGraph(build);
  const entries = graph.map(({ urn, props }): [string, unknown] => [urn, withoutCode(props)]);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(Object.fromEntries(sorted)).replace(
    RANDOM_TOKEN,
    '"value":"<random>"',
  );
  const found = JSON.parse(text) as Registered;
  const file = path.join(__dirname, "golden", `${name}.json`);
  expect(existsSync(file), `${file} exists`).to.equal(true);
  const golden = JSON.parse(readFileSync(file, "utf8")) as Registered;
  if (process.env.GOLDEN === "write") writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
  else expect(found).to.deep.equal(golden);
  expect(replacedBy(golden, found), "resources that an update would replace").to.deep.equal([]);
}

/** Inputs by URN. */
type Registered = Readonly<Record<string, Record<string, unknown>>>;

/** Returns the URNs of the resources that AWS cannot update to their new inputs. */
function replacedBy(golden: Registered, found: Registered): string[] {
  return Object.keys(golden).filter((urn) => {
    const type = urn.split("::")[2].split("$").at(-1) ?? "";
    const news = found[urn];
    if (!news || !resourceTokens().includes(type)) return false;
    return PROVIDER.diff(type, golden[urn], news).replace;
  });
}

function withoutCode(props: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !OF_CODE.includes(key)));
}
