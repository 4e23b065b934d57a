import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { dev } from "../../stacks/dev";
import { prod } from "../../stacks/prod";
import { componentGraph } from "../support/componentGraph";

/** These change with the text of a callback, not with the structure of a stack. */
const OF_CODE = ["code", "sourceCodeHash", "triggers"];
/** The token of a webhook is generated in each run without state. */
const RANDOM_TOKEN = /"value":"[\w-]{32}"/g;
const SETTINGS = { alarmActions: [], protectData: true, logRetentionInDays: 30 };

/**
 * The resources that the stacks register, by URN: the diff of a refactoring shows that nothing else changed. After an
 * intended change run `GOLDEN=write npm test -- test/stacks/golden.test.ts`, and review the diff.
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
  const found: unknown = JSON.parse(text);
  const file = path.join(__dirname, "golden", `${name}.json`);
  if (process.env.GOLDEN === "write") writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
  expect(existsSync(file), `${file} is there`).to.equal(true);
  expect(found).to.deep.equal(JSON.parse(readFileSync(file, "utf8")));
}

function withoutCode(props: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !OF_CODE.includes(key)));
}
