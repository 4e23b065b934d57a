import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { PolicyException } from "../../../components";
import { Shop, type ShopArgs } from "../../../stacks/shop/shop";
import { unwrap } from "../../support/graph/pulumiMocks";

const VPC = "awsx:ec2:Vpc";
const FARGATE = "awsx:ecs:FargateService";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const SERVICE = "aws:ecs/service:Service";

const args: ShopArgs = {
  natGateways: "None",
  desiredCount: 2,
  cpu: 256,
  memory: 512,
  logRetentionInDays: 365,
};
const network = {
  subnetIds: ["subnet-0a"],
  securityGroupIds: ["sg-0a"],
};

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** Returns the resources of the shop, with mocked answers of AWSX's plugin. */
async function resourcesOf(settings: Partial<ShopArgs>): Promise<Map<string, Registered>> {
  const found = new Map<string, Registered>();
  pulumi.runtime.setMocks({
    newResource({ type, name, inputs }) {
      found.set(type, { type, name, inputs: inputs as Record<string, unknown> });
      const made: Record<string, object> = {
        [VPC]: { vpcId: "vpc-1", publicSubnetIds: ["subnet-1"], privateSubnetIds: ["subnet-2"] },
        [FARGATE]: { service: { name: "shop-web-1" } },
      };
      return { id: `${name}-id`, state: { arn: `arn:${name}`, name, ...inputs, ...made[type] } };
    },
    call: () => ({ names: [], values: [], region: "us-east-1" }),
  });
  const shop = new Shop("shop", { ...args, ...settings });
  await unwrap(shop.serviceName);
  return found;
}

describe("The shop of stack prod", () => {
  it("creates its network and its service with AWSX, without NAT gateways", async () => {
    const resources = await resourcesOf({});
    expect(resources.get(VPC)?.inputs).to.deep.equal({
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: "None" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Public" }],
    });
    expect(resources.get(FARGATE)?.inputs).to.deep.include({
      cluster: "arn:shop",
      taskDefinition: "arn:shop-web",
      desiredCount: 2,
      platformVersion: "LATEST",
      continueBeforeSteadyState: true,
      networkConfiguration: {
        subnets: ["subnet-1"],
        securityGroups: ["shop-id"],
        assignPublicIp: true,
      },
    });
    expect(resources.has(SERVICE)).to.equal(false);
  });

  it("allows no inbound traffic to its tasks, and outbound traffic by HTTPS only", async () => {
    const group = (await resourcesOf({})).get(GROUP);
    expect(group?.inputs).to.deep.include({ vpcId: "vpc-1", ingress: [] });
    const [rule, ...others] = group?.inputs.egress as Record<string, unknown>[];
    expect(rule).to.deep.include({ protocol: "tcp", fromPort: 443, toPort: 443 });
    expect(others).to.deep.equal([]);
  });

  for (const strategy of ["Single", "OnePerAz"] as const)
    it(`runs its tasks in private subnets with NAT gateways: ${strategy}`, async () => {
      const resources = await resourcesOf({ natGateways: strategy });
      expect(resources.get(VPC)?.inputs).to.deep.include({
        natGateways: { strategy },
        subnetSpecs: [{ type: "Public" }, { type: "Private" }],
      });
      expect(resources.get(FARGATE)?.inputs.networkConfiguration).to.deep.include({
        subnets: ["subnet-2"],
        assignPublicIp: false,
      });
    });

  it("creates nothing with AWSX, and no network, when there is one", async () => {
    const resources = await resourcesOf({ network });
    const types = [...resources.keys()];
    expect(types.filter((type) => /^awsx:|^aws:ec2\/|^aws:vpc\//.test(type))).to.deep.equal([]);
    expect(resources.get(SERVICE)?.inputs).to.deep.include({
      launchType: "FARGATE",
      networkConfiguration: {
        subnets: ["subnet-0a"],
        securityGroups: ["sg-0a"],
        assignPublicIp: false,
      },
    });
  });

  it("describes a task that Fargate accepts, with a role for its start and none for its code", async () => {
    const definition = (await resourcesOf({})).get("aws:ecs/taskDefinition:TaskDefinition");
    const { containerDefinitions, ...inputs } = definition?.inputs ?? {};
    expect(inputs).to.deep.equal({
      family: "shop-web",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      executionRoleArn: "arn:shop-web-start",
      trackLatest: true,
      skipDestroy: true,
      tags: { app: "shop-web" },
    });
    expect(JSON.parse(String(containerDefinitions))).to.deep.equal([
      {
        name: "web",
        image: "acme/web:1.0",
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "shop-web",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "web",
          },
        },
      },
    ]);
  });

  const publicTasks: [string, Partial<ShopArgs>, boolean][] = [
    ["a network without NAT gateways", {}, true],
    ["a network with NAT gateways", { natGateways: "Single" }, false],
    ["a network that exists", { network }, false],
    ["a public network that exists", { network: { ...network, assignPublicIp: true } }, true],
  ];
  for (const [where, settings, isPublic] of publicTasks)
    it(`${isPublic ? "declares an" : "needs no"} exception for public addresses in ${where}`, async () => {
      const resources = await resourcesOf(settings);
      const shop = resources.get("aws-callbacks:stacks:Shop");
      const stated = shop?.inputs.policyExceptions as PolicyException[];
      const ofTasks = stated.filter(({ rule }) => rule === "CKV_AWS_333");
      expect(ofTasks.map(({ resource }) => resource)).to.deep.equal(isPublic ? ["shop-web"] : []);
      const ofSubnets = stated.some(({ rule }) => rule === "CKV_AWS_130");
      expect(ofSubnets).to.equal(resources.has(VPC));
    });
});
