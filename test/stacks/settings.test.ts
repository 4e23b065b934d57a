import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readSettings, readShopSettings, type ShopSettings } from "../../stacks/settings";

const PROJECT = "shop-settings";
const KEYS = ["network", "service", "natGateways", "desiredCount", "cpu", "memory"];
const network = { subnetIds: ["subnet-0a1"], securityGroupIds: ["sg-0a1"] };
const service = {
  cluster: "shop",
  family: "shop-web",
  passRoles: ["arn:aws:iam::123456789012:role/web"],
};

function configuration(values: Readonly<Record<string, unknown>>): pulumi.Config {
  const entries = Object.entries(values).map(([key, value]): [string, string] => [
    `${PROJECT}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries));
  return new pulumi.Config(PROJECT);
}

function read(values: Readonly<Record<string, unknown>>): ShopSettings {
  return readShopSettings(configuration(values));
}

describe("The settings of every stack", () => {
  after(() => pulumi.runtime.setAllConfig({}));

  it("notify nobody, protect nothing and keep logs for 30 days by default", () => {
    const defaults = { alarmActions: [], protectData: false, logRetentionInDays: 30 };
    expect(readSettings(configuration({}))).to.deep.equal(defaults);
  });

  it("are those of the configuration", () => {
    const settings = { alarmActions: ["arn:1"], protectData: true, logRetentionInDays: 365 };
    expect(readSettings(configuration(settings))).to.deep.equal(settings);
  });
});

describe("The settings of the shop", () => {
  after(() => pulumi.runtime.setAllConfig({}));

  it("are the cheapest ones by default", () => {
    expect(read({ network: {}, service: {} })).to.deep.equal({
      network: undefined,
      service: undefined,
      natGateways: "None",
      desiredCount: 1,
      cpu: 256,
      memory: 512,
    });
    expect(Object.keys(read({}))).to.have.members(KEYS);
  });

  it("name existing resources", () => {
    const given = { network: { ...network, assignPublicIp: true }, service };
    expect(read(given)).to.deep.include(given);
    expect(read({ service: { ...service, passRoles: [] } }).service?.passRoles).to.deep.equal([]);
  });

  const mistakes: Record<string, [Readonly<Record<string, unknown>>, string]> = {
    "a network that is no object": [
      { network: "vpc-1" },
      'network: given "vpc-1"; allowed is an object with subnetIds, securityGroupIds, assignPublicIp.',
    ],
    "an argument that a network does not have": [
      { network: { ...network, vpcId: "vpc-1" } },
      'network.vpcId: given "vpc-1"; allowed is an object with subnetIds, securityGroupIds, assignPublicIp.',
    ],
    "a network without subnets": [
      { network: { ...network, subnetIds: [] } },
      "network.subnetIds: given []; list at least one id such as subnet-0123456789abcdef0.",
    ],
    "something else than a subnet": [
      { network: { ...network, subnetIds: ["subnet-1", "vpc-1"] } },
      'network.subnetIds[1]: given "vpc-1"; list at least one id such as subnet-0123456789abcdef0.',
    ],
    "a network without security groups": [
      { network: { subnetIds: ["subnet-1"] } },
      "network.securityGroupIds: given nothing; list at least one id such as sg-0123456789abcdef0.",
    ],
    "a public address that is neither true nor false": [
      { network: { ...network, assignPublicIp: "ENABLED" } },
      'network.assignPublicIp: given "ENABLED"; allowed are true and false.',
    ],
    "an ARN for a cluster": [
      { service: { ...service, cluster: "arn:aws:ecs:us-east-1:1:cluster/shop" } },
      'service.cluster: given "arn:aws:ecs:us-east-1:1:cluster/shop"; give its name (letters, digits, - and _), not its ARN.',
    ],
    "a service without a family": [
      { service: { cluster: "shop", passRoles: [] } },
      "service.family: given nothing; give its name (letters, digits, - and _), not its ARN.",
    ],
    "a service without its roles": [
      { service: { cluster: "shop", family: "web" } },
      "service.passRoles: given nothing; list the ARNs of the family's task and execution roles, or [] for none.",
    ],
    "the name of a role": [
      { service: { ...service, passRoles: ["web"] } },
      `service.passRoles[0]: given "web"; list the ARNs of the family's task and execution roles, or [] for none.`,
    ],
    "NAT gateways in other words": [
      { natGateways: "one" },
      'natGateways: given "one"; allowed are None, Single, OnePerAz.',
    ],
    "NAT gateways for a network that exists": [
      { network, natGateways: "Single" },
      'natGateways: given "Single"; a network that exists keeps its own gateways, so remove this or network.',
    ],
    "half a task": [
      { desiredCount: 1.5 },
      "desiredCount: given 1.5; allowed are whole numbers from 1.",
    ],
    "no memory": [{ memory: 0 }, "memory: given 0; allowed are whole numbers from 1."],
  };
  for (const [mistake, [values, sentence]] of Object.entries(mistakes))
    it(`refuse ${mistake} in one sentence`, () => {
      expect(() => read(values)).to.throw(pulumi.RunError, `${PROJECT}:${sentence}`);
    });
});
