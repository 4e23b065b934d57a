import {
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  type Image,
  RunInstancesCommand,
  type _InstanceType,
} from "@aws-sdk/client-ec2";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { AMI, connection, Ec2Cloud } from "./ec2Cloud";

const LINUX = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

describe("EC2 images", () => {
  let c: Ec2Cloud;
  before(async () => (c = await Ec2Cloud.start()));
  after(() => c.stop());

  async function describeImages(input: DescribeImagesCommandInput): Promise<Image[]> {
    return (await c.client.send(new DescribeImagesCommand(input))).Images ?? [];
  }

  async function names(input: DescribeImagesCommandInput): Promise<(string | undefined)[]> {
    return (await describeImages(input)).map(({ Name }) => Name).sort();
  }

  const named = (...Values: string[]) => [{ Name: "name", Values }];

  async function parameter(Name: string): Promise<string | undefined> {
    const ssm = new SSMClient(connection(c.cloud));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    ssm.destroy();
    return Parameter?.Value;
  }

  function run(ImageId: string, InstanceType: _InstanceType) {
    return c.client.send(
      new RunInstancesCommand({ ImageId, InstanceType, MinCount: 1, MaxCount: 1 }),
    );
  }

  it("have the newest release of a kind and the one before, and its public parameter names the newest", async () => {
    const Filters = named("al2023-ami-2023.*-x86_64");
    const [older, newer] = (await describeImages({ Filters })).sort((a, b) =>
      (a.CreationDate ?? "").localeCompare(b.CreationDate ?? ""),
    );
    expect(newer).to.deep.include({
      ImageId: await parameter(LINUX),
      PublicSsmParameterName: LINUX,
      Name: "al2023-ami-2023.8.20250818.0-kernel-6.1-x86_64",
      OwnerId: "137112412989",
      ImageOwnerAlias: "amazon",
      Architecture: "x86_64",
      RootDeviceName: "/dev/xvda",
      State: "available",
      Public: true,
    });
    expect(older.PublicSsmParameterName).to.equal(undefined);
    expect(older.ImageId).to.not.equal(newer.ImageId);
    expect(await parameter(LINUX.replace("default", "6.1"))).to.equal(newer.ImageId);
  });

  it("are found by each filter that programs use, whose values may contain wildcards", async () => {
    const ubuntu = "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20250821";
    const filters = {
      name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd??-server-*21",
      architecture: "x86_64",
      "virtualization-type": "hvm",
      "root-device-type": "ebs",
      state: "available",
      "owner-id": "099720109477",
      "image-type": "machine",
      "is-public": "true",
      "ena-support": "true",
      "manifest-location": `099720109477/${ubuntu}`,
      "block-device-mapping.volume-type": "gp2",
      "block-device-mapping.device-name": "/dev/sda1",
      "creation-date": "2025-08-21T*",
    };
    const all = Object.entries(filters).map(([Name, value]) => ({ Name, Values: [value] }));
    expect(await names({ Filters: all })).to.deep.equal([ubuntu]);
    for (const { Name } of all) {
      const others = all.filter((one) => one.Name !== Name);
      const Filters = [...others, { Name, Values: ["neither"] }];
      expect(await names({ Filters }), Name).to.deep.equal([]);
    }
    const [{ ImageId = "" }] = await describeImages({ Filters: all });
    expect(await names({ Filters: [{ Name: "image-id", Values: [ImageId] }] })).to.have.length(1);
    await expectAwsError(
      names({ Filters: [{ Name: "colour", Values: ["red"] }] }),
      "InvalidParameterValue",
      "The filter 'colour' is invalid",
    );
  });

  it("are found by an owner's alias or account; a new account has none of its own", async () => {
    const Filters = named("*22.04-arm64*", "*Full-Base-2025.08*", "debian-12-arm64-*");
    const byAmazon = await names({ Filters, Owners: ["amazon"] });
    expect(byAmazon).to.have.length(3);
    expect(byAmazon.every((name) => name?.startsWith("Windows_Server"))).to.equal(true);
    expect(await names({ Filters, Owners: ["099720109477"] })).to.have.length(2);
    expect(await names({ Filters })).to.have.length(7);
    expect(await names({ Filters, Owners: ["self"] })).to.deep.equal([]);
    expect(await names({ Filters, ExecutableUsers: ["self"] })).to.deep.equal([]);
    expect(await names({ Filters, ExecutableUsers: ["all"] })).to.have.length(7);
    await expectAwsError(
      names({ Owners: ["canonical"] }),
      "InvalidUserID.Malformed",
      'Invalid user id: "canonical"',
    );
  });

  it("are described in pages, each image once", async () => {
    const found: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await c.client.send(new DescribeImagesCommand({ MaxResults: 10, NextToken }));
      expect(page.Images?.length).to.be.within(1, 10);
      found.push(...(page.Images ?? []).map(({ ImageId }) => ImageId));
      ({ NextToken } = page);
    } while (NextToken);
    expect(new Set(found).size).to.equal(found.length).and.to.be.greaterThan(40);
  });

  it("that do not exist are refused by their ids, and ids of another form too", async () => {
    const known = (await parameter(LINUX)) ?? "";
    const other = AMI.replace("0123", "3210");
    await expectAwsError(
      names({ ImageIds: [AMI, known] }),
      "InvalidAMIID.NotFound",
      `The image id '[${AMI}]' does not exist`,
    );
    await expectAwsError(
      names({ ImageIds: [AMI, other] }),
      "InvalidAMIID.NotFound",
      `The image ids '[${AMI}, ${other}]' do not exist`,
    );
    // An id has 8 or 17 digits.
    for (const id of ["ami-0ebf472962bc6715", "ami-415f6d2x"])
      await expectAwsError(
        names({ ImageIds: [id] }),
        "InvalidAMIID.Malformed",
        `Invalid id: "${id}"`,
      );
    await expectAwsError(
      run("al2023", "t3.micro"),
      "InvalidAMIID.Malformed",
      'Invalid id: "al2023" (expecting "ami-...")',
    );
  });

  it("start instances only of types of their architecture", async () => {
    const { Instances: [arm] = [] } = await run(
      (await parameter(LINUX.replace("x86_64", "arm64"))) ?? "",
      "t4g.small",
    );
    expect(arm.Architecture).to.equal("arm64");
    await expectAwsError(
      run(`resolve:ssm:${LINUX}`, "t4g.small"),
      "InvalidParameterValue",
      "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the " +
        "specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You " +
        "can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type " +
        "or AMI.",
    );
  });
});
