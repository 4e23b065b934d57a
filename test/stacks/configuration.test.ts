import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { Session } from "../../localcloud/session";
import { audit, describeViolations } from "../../policies/audit";
import { Exceptions } from "../../policies/exceptions";
import type { PolicyResource } from "../../policies/rule";
import { isCredential } from "../../policies/rules/credentials";
import { rules } from "../../policies/rules";

const REPOSITORY = path.join(__dirname, "../..");
const STACKS = ["dev", "prod"] as const;

interface DeployedResource extends PolicyResource {
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The resources of a stack by what both have in common: type and logical name. */
type Deployed = Map<string, DeployedResource>;

describe("Stacks dev and prod", function () {
  this.timeout(120_000);
  const deployed = {} as Record<(typeof STACKS)[number], Deployed>;

  before(async () => {
    for (const stack of STACKS) {
      const session = await Session.start({ directory: REPOSITORY, stack });
      try {
        await session.deploy();
        deployed[stack] = new Map(
          session.resources.map((state) => {
            const [, , type, name] = state.urn.split("::");
            const { urn, parent, inputs, outputs, propertyDependencies: sources } = state;
            const props = { ...outputs, ...inputs };
            return [
              `${type}::${name}`,
              { type: state.type, name, urn, parent, props, inputs, sources },
            ];
          }),
        );
      } finally {
        await session.close();
      }
    }
  });

  for (const stack of STACKS)
    it(`every policy holds for ${stack} as it is deployed, and every exception is needed`, () => {
      const { violations, undecided, unused, checks } = audit(
        rules,
        [...deployed[stack].values()],
        new Exceptions(),
      );
      expect(violations, describeViolations(violations)).to.be.empty;
      expect(undecided).to.be.empty;
      expect(unused).to.be.empty;
      expect(checks).to.be.above(30);
    });

  it("deploys to prod nothing that dev does not try first", () => {
    const names = (stack: Deployed): string[] =>
      [...stack.keys()].filter((name) => !name.startsWith("pulumi:"));
    expect(names(deployed.dev)).to.include.members(names(deployed.prod));
    expect(names(deployed.prod)).not.to.be.empty;
  });

  it("lets prod differ in protection and retention only", () => {
    const differences = new Set<string>();
    for (const [name, prod] of deployed.prod) {
      const dev = deployed.dev.get(name);
      if (!dev || name.startsWith("pulumi:")) continue;
      for (const property of new Set([...Object.keys(dev.inputs), ...Object.keys(prod.inputs)]))
        if (!isGiven(prod, property) && !isEqual(dev.inputs[property], prod.inputs[property]))
          differences.add(`${prod.type.split(":")[2]}.${property}`);
    }
    expect([...differences]).to.have.members([
      "LogGroup.retentionInDays",
      "Table.deletionProtectionEnabled",
    ]);
  });

  it("protects the data of prod and keeps its logs for a year", () => {
    const ofType = (type: string): PolicyResource[] =>
      [...deployed.prod.values()].filter((resource) => resource.type === type);
    const tables = ofType("aws:dynamodb/table:Table");
    expect(tables).not.to.be.empty;
    for (const { name, props } of tables)
      expect(props.deletionProtectionEnabled, name).to.equal(true);
    const groups = ofType("aws:cloudwatch/logGroup:LogGroup");
    expect(groups).not.to.be.empty;
    for (const { name, props } of groups) expect(props.retentionInDays, name).to.equal(365);
  });

  for (const stack of STACKS)
    it(`keeps no secret in Pulumi.${stack}.yaml, and sets only what Pulumi.yaml declares`, () => {
      const { config, ...rest } = readYaml(`Pulumi.${stack}.yaml`);
      expect(Object.keys(rest)).to.deep.equal([]);
      const declared = Object.keys(readYaml("Pulumi.yaml").config);
      for (const [name, value] of Object.entries(config)) {
        expect(isCredential(name, JSON.stringify(value)), name).to.equal(false);
        if (name !== "aws:region") expect(declared).to.include(name);
      }
    });
});

/** Whether another resource, or Pulumi's own naming, gave the value. */
function isGiven({ sources }: PolicyResource, property: string): boolean {
  return property === "name" || (sources[property] ?? []).length > 0;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function readYaml(file: string): { config: Record<string, unknown> } & Record<string, unknown> {
  return parse(readFileSync(path.join(REPOSITORY, file), "utf8"));
}
