import { expect } from "chai";
import { describeLifecycle, ProviderBench } from "../support/resourceLifecycle";

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

describe("an EC2 Fleet of another version of its launch template", () => {
  it("is updated in place, as by the provider on AWS", async () => {
    // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_fleet.go
    const bench = await ProviderBench.start();
    const type = "aws:ec2/fleet:Fleet";
    const of = (version: string) =>
      bench.check(type, {
        launchTemplateConfigs: [
          { launchTemplateSpecification: { launchTemplateName: "node", version }, overrides },
        ],
        targetCapacitySpecification: { defaultTargetCapacityType: "spot", totalTargetCapacity: 2 },
      });
    const { replace, changed } = bench.core.diff(type, of("1"), of("2"));
    await bench.stop();
    expect({ replace, changed }).to.deep.equal({ replace: false, changed: true });
  });
});
