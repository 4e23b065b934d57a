import {
  CopyImageCommand,
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  CreateNetworkInterfaceCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  RequestSpotFleetCommand,
  RunInstancesCommand,
  type RequestLaunchTemplateData,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { regularExpression } from "../../../codec/model/constraints";
import { constraints } from "../../../constraints/ec2";
import { instanceTypes } from "../../../services/ec2/inputRules";
import { expectAwsError } from "../../support/expectAwsError";
import { AMI, Ec2Cloud } from "./ec2Cloud";

const bogus = "bogus" as never;

describe("EC2's inputs", () => {
  let c: Ec2Cloud;
  before(async () => {
    c = await Ec2Cloud.start();
  });
  after(() => c.stop());

  const run = (more: Partial<RunInstancesCommandInput>) =>
    c.client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ...more }));
  const template = (LaunchTemplateName: string, LaunchTemplateData: RequestLaunchTemplateData) =>
    c.client.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
  const fleetRole = "arn:aws:iam::123456789012:role/fleet";

  const cases: [what: string, send: () => Promise<unknown>, code: string, message: string][] = [
    [
      "a misspelt instance type",
      () => run({ ImageId: AMI, InstanceType: "t3.mirco" as never }),
      "InvalidParameterValue",
      "Invalid value 't3.mirco' for InstanceType.",
    ],
    [
      "a size that a known family does not have",
      () => run({ ImageId: AMI, InstanceType: "m5.medium" as never }),
      "InvalidParameterValue",
      "Invalid value 'm5.medium' for InstanceType.",
    ],
    [
      "an option of the metadata service",
      () => run({ ImageId: AMI, MetadataOptions: { HttpEndpoint: bogus } }),
      "InvalidParameterValue",
      "A value of 'bogus' is not valid for HttpEndpoint. Specify either 'disabled' or 'enabled' and try again.",
    ],
    [
      "the tenancy of a VPC",
      () =>
        c.client.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16", InstanceTenancy: bogus })),
      "InvalidParameterValue",
      "Invalid value 'bogus' for InstanceTenancy. Allowed values are ('default', 'dedicated', 'host')",
    ],
    [
      "the type of an interface",
      () =>
        c.client.send(
          new CreateNetworkInterfaceCommand({ SubnetId: "subnet-1", InterfaceType: bogus }),
        ),
      "InvalidParameterValue",
      "Invalid value 'bogus' for InterfaceType. Allowed values are ('efa', 'efa-only', 'branch', 'trunk')",
    ],
    [
      "the strategy of an EC2 Fleet",
      () =>
        c.client.send(
          new CreateFleetCommand({
            LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: "web" } }],
            TargetCapacitySpecification: { TotalTargetCapacity: 1 },
            OnDemandOptions: { AllocationStrategy: bogus },
          }),
        ),
      "InvalidParameter",
      'AllocationStrategy must be "lowest-price", "prioritized" or "lowestPrice"',
    ],
    [
      "the strategy of a Spot Fleet",
      () =>
        c.client.send(
          new RequestSpotFleetCommand({
            SpotFleetRequestConfig: {
              IamFleetRole: fleetRole,
              TargetCapacity: 1,
              OnDemandAllocationStrategy: "lowest-price" as never,
            },
          }),
        ),
      "InvalidParameterValue",
      "1 validation error detected: Value 'lowest-price' at 'spotFleetRequestConfig.onDemandAllocationStrategy' failed " +
        "to satisfy constraint: Member must satisfy enum value set: [lowestPrice, prioritized]",
    ],
    [
      "the name of a launch template",
      () => template("a b", { ImageId: AMI }),
      "InvalidLaunchTemplateName.MalformedException",
      "The specified launch template name is invalid. A launch template name must be between 3 and 128 characters, and " +
        "may contain letters, numbers, and the following characters: '-', '_', '.', '/', '(', and ')'.",
    ],
    [
      "a description that is too long",
      () =>
        c.client.send(
          new CopyImageCommand({
            Name: "copy",
            SourceImageId: AMI,
            SourceRegion: "us-east-1",
            Description: "d".repeat(256),
          }),
        ),
      "InvalidParameterValue",
      `1 validation error detected: Value '${"d".repeat(256)}' at 'description' failed to satisfy constraint: ` +
        "Member must have length less than or equal to 255",
    ],
    [
      "the size of a page of instances",
      () => c.client.send(new DescribeInstancesCommand({ MaxResults: 1 })),
      "InvalidParameterValue",
      "Value ( 1 ) for parameter maxResults is invalid. Expecting a value greater than 5.",
    ],
    [
      "the size of a page of security groups",
      () => c.client.send(new DescribeSecurityGroupsCommand({ MaxResults: 1001 })),
      "InvalidParameterValue",
      "Value ( 1001 ) for parameter maxResults is invalid. Expecting a value smaller than 1000.",
    ],
    [
      "the size of a page of subnets",
      () => c.client.send(new DescribeSubnetsCommand({ MaxResults: 4 })),
      "InvalidParameterValue",
      "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.",
    ],
    [
      "the size of a page of instance types",
      () => c.client.send(new DescribeInstanceTypesCommand({ MaxResults: 101 })),
      "InvalidMaxResults",
      "Value ( 101 ) for parameter maxResults is invalid. Expecting a value from ( 5 ) to  ( 100 ).",
    ],
    [
      "the size of a page of launch templates",
      () => c.client.send(new DescribeLaunchTemplatesCommand({ MaxResults: 201 })),
      "InvalidParameterValue",
      "Maximum results allowed are between 1 and 200",
    ],
  ];
  for (const [what, send, code, message] of cases)
    it(`are refused in EC2's words: ${what}`, () => expectAwsError(send(), code, message));

  it("are refused for a missing parameter as before, by its name", () =>
    expectAwsError(
      c.client.send(new RunInstancesCommand({ ImageId: AMI, MaxCount: 1 } as never)),
      "MissingParameter",
      "The request must contain the parameter MinCount",
    ));

  it("may be an instance type of a family that is newer than the table", async () => {
    const { Instances: [one] = [] } = await run({
      ImageId: AMI,
      InstanceType: "m99g.4xlarge" as never,
    });
    expect(one.InstanceType).to.equal("m99g.4xlarge");
  });

  it("are stored as a launch template although no instance can be launched with it, with a warning", async () => {
    const { LaunchTemplate, Warning } = await template("wrong", {
      ImageId: AMI,
      InstanceType: "t3.mirco" as never,
    });
    const message = "Invalid value 't3.mirco' for InstanceType.";
    expect(Warning?.Errors).to.deep.equal([{ Code: "InvalidParameterValue", Message: message }]);
    const { LaunchTemplateVersions } = await c.client.send(
      new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: LaunchTemplate?.LaunchTemplateId,
      }),
    );
    expect(LaunchTemplateVersions?.[0].LaunchTemplateData?.InstanceType).to.equal("t3.mirco");
    await expectAwsError(
      run({ LaunchTemplate: { LaunchTemplateName: "wrong" } }),
      "InvalidParameterValue",
      message,
    );
    await run({ LaunchTemplate: { LaunchTemplateName: "wrong" }, InstanceType: "t3.micro" });
    const { Warning: none } = await template("right", { ImageId: AMI, InstanceType: "t3.micro" });
    expect(none).to.equal(undefined);
  });
});

describe("EC2's instance types", () => {
  const known = constraints().RunInstancesRequest.InstanceType.enum ?? [];
  const fits = (types: readonly string[], among = known) => {
    const { pattern = "" } = instanceTypes(among);
    return types.filter((type) => regularExpression(pattern).test(type));
  };

  it("are those of the model, which would all be accepted if their families were new", () => {
    expect(known.length).to.be.greaterThan(1000);
    expect(fits(known)).to.deep.equal(known);
    expect(fits(known, ["none.micro"])).to.deep.equal(known);
  });

  it("are not accepted if they are no types", () => {
    const wrong = [
      "t3",
      "t3.",
      "t3micro",
      "T3.micro",
      "m1_small",
      "x99.enormous",
      "foo",
      "t3.micro2",
      "foo.micro",
    ];
    expect(fits(wrong)).to.deep.equal([]);
  });
});
