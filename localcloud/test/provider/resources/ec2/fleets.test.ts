import { expect } from "chai";
import { describeLifecycle, ProviderBench } from "../../../support/resourceLifecycle";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "spotfleet.amazonaws.com" },
    },
  ],
});

const template = (bench: ProviderBench) =>
  bench.make("aws:ec2/launchTemplate:LaunchTemplate", {
    imageId: "ami-0123456789abcdef0",
    instanceType: "m5.large",
  });

const overrides = [
  { instanceType: "m5.large", weightedCapacity: 1 },
  { instanceType: "m5a.large" },
];

describeLifecycle({
  type: "aws:ec2/spotFleetRequest:SpotFleetRequest",
  async inputs(bench) {
    const { outputs } = await bench.make("aws:iam/role:Role", { assumeRolePolicy: TRUST });
    const { id } = await template(bench);
    return {
      iamFleetRole: outputs.arn,
      targetCapacity: 2,
      launchTemplateConfigs: [{ launchTemplateSpecification: { id, version: "1" }, overrides }],
      tags: { a: "1" },
    };
  },
  updates: [{ tags: { b: "2" } }],
  replaces: [{ allocationStrategy: "diversified" }],
});

describeLifecycle({
  type: "aws:ec2/fleet:Fleet",
  async inputs(bench) {
    const { id } = await template(bench);
    return {
      launchTemplateConfigs: [
        { launchTemplateSpecification: { launchTemplateId: id, version: "1" }, overrides },
      ],
      targetCapacitySpecification: { defaultTargetCapacityType: "spot", totalTargetCapacity: 2 },
      tags: { a: "1" },
    };
  },
  updates: [{ tags: { b: "2" } }],
  replaces: [{ type: "request" }],
});

describe("a change of an EC2 Fleet", () => {
  const type = "aws:ec2/fleet:Fleet";
  let bench: ProviderBench;
  before(async () => (bench = await ProviderBench.start()));
  after(() => bench.stop());

  const TARGET = { defaultTargetCapacityType: "spot", totalTargetCapacity: 2 };

  /** Returns whether the provider replaces a fleet whose arguments change so, or updates it in place. */
  function happens(change: object): string {
    const of = (more: object) =>
      bench.check(type, {
        launchTemplateConfigs: [templates("1")],
        targetCapacitySpecification: TARGET,
        ...more,
      });
    const { replace, changed } = bench.core.diff(type, of({}), of(change));
    return replace ? "replaced" : changed ? "updated" : "same";
  }

  const templates = (version: string) => ({
    launchTemplateSpecification: { launchTemplateName: "node", version },
    overrides,
  });
  const target = (more: object) => ({ targetCapacitySpecification: { ...TARGET, ...more } });

  // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_fleet.go
  const ROWS: readonly (readonly [what: string, happens: string, change: object])[] = [
    ["another launch template version", "updated", { launchTemplateConfigs: [templates("2")] }],
    ["the excess policy", "updated", { excessCapacityTerminationPolicy: "no-termination" }],
    ["terminateInstances", "updated", { terminateInstances: true }],
    ["the total capacity", "updated", target({ totalTargetCapacity: 3 })],
    ["the default capacity type", "replaced", target({ defaultTargetCapacityType: "on-demand" })],
    ["the On-Demand capacity", "replaced", target({ onDemandTargetCapacity: 1 })],
    ["the Spot capacity", "replaced", target({ spotTargetCapacity: 1 })],
    ["spotOptions", "replaced", { spotOptions: { allocationStrategy: "diversified" } }],
    ["onDemandOptions", "replaced", { onDemandOptions: { allocationStrategy: "prioritized" } }],
    ["replaceUnhealthyInstances", "replaced", { replaceUnhealthyInstances: true }],
    ["the end with expiration", "replaced", { terminateInstancesWithExpiration: true }],
    ["the type", "replaced", { type: "request" }],
  ];
  for (const [what, expected, change] of ROWS)
    it(`of ${what}: it is ${expected}, as by the provider on AWS`, () => {
      expect(happens(change)).to.equal(expected);
    });
});
