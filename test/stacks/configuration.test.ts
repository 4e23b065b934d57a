import { expect } from "chai";
import { readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { Session } from "../../localcloud/engine/session";
import { audit, describeViolations } from "../../policies/audit";
import { Exceptions } from "../../policies/exceptions";
import type { PolicyResource } from "../../policies/rule";
import { isCredential } from "../../policies/rules/credentials";
import { rules } from "../../policies/rules";
import { EXISTING_NETWORK, stackProject } from "../support/cli/stackProject";

const REPOSITORY = path.join(__dirname, "../..");
const STACKS = ["dev", "prod"] as const;
/**
 * Configuration of the stacks: by default prod creates a network with AWSX, whose plugin does not run on a local cloud.
 */
const CONFIGURATION = { dev: {}, prod: EXISTING_NETWORK };
/** In dev the service is a demo: it runs without a network that costs money. */
const SHOP = [
  "aws-callbacks:stacks:Shop::shop",
  "aws-callbacks:stacks:Shop$aws:cloudwatch/logGroup:LogGroup::shop-web",
  "aws-callbacks:stacks:Shop$aws:ecs/cluster:Cluster::shop",
  "aws-callbacks:stacks:Shop$aws:ecs/service:Service::shop-web",
  "aws-callbacks:stacks:Shop$aws:ecs/taskDefinition:TaskDefinition::shop-web",
  "aws-callbacks:stacks:Shop$aws:iam/role:Role::shop-web-start",
  "aws-callbacks:stacks:Shop$aws:iam/rolePolicy:RolePolicy::shop-web-start",
];

interface DeployedResource extends PolicyResource {
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The resources of a stack by type and logical name, which both stacks share. */
type Deployed = Map<string, DeployedResource>;

describe("Stacks dev and prod", function () {
  this.timeout(120_000);
  const deployed = {} as Record<(typeof STACKS)[number], Deployed>;

  before(async () => {
    for (const stack of STACKS) {
      const directory = stackProject(stack, CONFIGURATION[stack]);
      const session = await Session.start({ directory, stack, programHost: "reused" });
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
        rmSync(directory, { recursive: true });
      }
    }
  });

  for (const stack of STACKS)
    it(`every policy passes for ${stack} as it is deployed, and every exception is needed`, () => {
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

  it("deploys to prod only what dev tries first, except for the shop", () => {
    const { dev, prod } = deployed;
    const onlyInProd = [...prod.keys()].filter(
      (name) => !name.startsWith("pulumi:") && !dev.has(name),
    );
    expect(onlyInProd).to.have.members(SHOP);
    expect(prod.size).to.be.above(100);
  });

  it("runs the shop on the configured network, with no way in", () => {
    const service = deployed.prod.get(SHOP[3]);
    const { subnetIds, securityGroupIds } = EXISTING_NETWORK["aws-callbacks:network"];
    expect(service?.inputs).to.deep.include({
      launchType: "FARGATE",
      desiredCount: 2,
      networkConfiguration: {
        subnets: subnetIds,
        securityGroups: securityGroupIds,
        assignPublicIp: false,
      },
    });
  });

  it("differs in prod only in protection, retention and the deadline of its webhook", () => {
    const differences = new Set<string>();
    for (const [name, prod] of deployed.prod) {
      const dev = deployed.dev.get(name);
      if (!dev || name.startsWith("pulumi:")) continue;
      for (const property of new Set([...Object.keys(dev.inputs), ...Object.keys(prod.inputs)]))
        if (!isGiven(prod, property) && !isEqual(dev.inputs[property], prod.inputs[property]))
          differences.add(`${property} of ${property === "retentionInDays" ? "all" : prod.name}`);
    }
    expect([...differences]).to.have.members([
      "retentionInDays of all",
      "deletionProtectionEnabled of comments",
      // A demo need not wait a minute for further tags.
      "code of redeploy-ack",
      "code of redeploy-worker",
      // The secret part of a URL, generated for each stack.
      "value of redeploy-token",
    ]);
  });

  it("protects the data of prod and keeps its logs for a year", () => {
    const ofType = (type: string): PolicyResource[] =>
      [...deployed.prod.values()].filter((resource) => resource.type === type);
    const isProtected = ofType("aws:dynamodb/table:Table").map(({ name, props }) => [
      name,
      props.deletionProtectionEnabled,
    ]);
    // The redeployer deletes its results after 30 days by itself.
    expect(Object.fromEntries(isProtected)).to.deep.equal({
      comments: true,
      "redeploy-results": false,
    });
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

/** Checks whether the value comes from another resource or property, or from Pulumi's own naming. */
function isGiven({ sources }: PolicyResource, property: string): boolean {
  const derived = ["name", "statementId", "targetId", "sourceCodeHash"];
  return derived.includes(property) || (sources[property] ?? []).length > 0;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function readYaml(file: string): { config: Record<string, unknown> } & Record<string, unknown> {
  return parse(readFileSync(path.join(REPOSITORY, file), "utf8"));
}
