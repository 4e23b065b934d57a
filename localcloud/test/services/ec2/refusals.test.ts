import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
  type AuthorizeSecurityGroupIngressCommandInput,
  type CreateSecurityGroupCommandInput,
  type IpPermission,
  type Tag,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { Ec2Cloud } from "./ec2Cloud";

describe("EC2 refuses", () => {
  let c: Ec2Cloud;
  let VpcId: string;
  before(async () => {
    c = await Ec2Cloud.start();
    VpcId = (await vpc("10.9.0.0/16")).VpcId ?? "";
  });
  after(() => c.stop());

  const vpc = async (CidrBlock: string) =>
    (await c.client.send(new CreateVpcCommand({ CidrBlock }))).Vpc ?? {};
  const subnet = async (CidrBlock: string) =>
    (await c.client.send(new CreateSubnetCommand({ VpcId, CidrBlock }))).Subnet ?? {};

  it("blocks of addresses that are none, or have a wrong size, and writes others in canonical form", async () => {
    for (const block of ["nope", "300.0.0.0/16", "10.0.0.0/33", "10.0.0.0"])
      for (const create of [vpc(block), subnet(block)])
        await expectAwsError(
          create,
          "InvalidParameterValue",
          `Value (${block}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
        );
    await expectAwsError(vpc("10.0.0.0/8"), "InvalidVpc.Range");
    await expectAwsError(subnet("10.9.0.0/29"), "InvalidSubnet.Range");
    // The example of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
    expect((await vpc("100.68.0.18/18")).CidrBlock).to.equal("100.68.0.0/18");
    expect((await subnet("10.9.255.200/28")).CidrBlock).to.equal("10.9.255.192/28");
  });

  it("subnets outside of their VPC, and subnets that overlap", async () => {
    for (const outside of ["10.10.0.0/24", "10.8.0.0/16", "11.9.0.0/28"])
      await expectAwsError(
        subnet(outside),
        "InvalidSubnet.Range",
        `The CIDR '${outside}' is invalid.`,
      );
    await subnet("10.9.4.0/24");
    for (const taken of ["10.9.4.0/24", "10.9.4.128/25", "10.9.4.0/22"])
      await expectAwsError(
        subnet(taken),
        "InvalidSubnet.Conflict",
        `The CIDR '${taken}' conflicts with another subnet`,
      );
    await subnet("10.9.5.0/24");
  });

  it("names and descriptions of security groups that AWS does not allow", async () => {
    const create = (more: Partial<CreateSecurityGroupCommandInput>) =>
      c.client.send(
        new CreateSecurityGroupCommand({ GroupName: "g", Description: "d", VpcId, ...more }),
      );
    for (const wrong of [
      { GroupName: "sg-web" },
      { GroupName: "g".repeat(256) },
      { Description: "ä" },
    ])
      await expectAwsError(create(wrong), "InvalidParameterValue");
    await create({ GroupName: "g".repeat(255), Description: "a._-:/()#,@[]+=&;{}!$*" });
    await expectAwsError(
      c.client.send(new DescribeSecurityGroupsCommand({ GroupNames: ["nope"] })),
      "InvalidGroup.NotFound",
      "The security group 'nope' does not exist",
    );
  });

  describe("rules of a security group", () => {
    let GroupId: string;
    beforeEach(async () => {
      const GroupName = `rules-${Math.random()}`;
      const command = new CreateSecurityGroupCommand({ GroupName, Description: "d", VpcId });
      GroupId = (await c.client.send(command)).GroupId ?? "";
    });
    type Rule = Partial<AuthorizeSecurityGroupIngressCommandInput>;
    const authorize = (rule: Rule) =>
      c.client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, ...rule }));
    const revoke = (rule: Rule) =>
      c.client.send(new RevokeSecurityGroupIngressCommand({ GroupId, ...rule }));
    const ssh = (...blocks: string[]): IpPermission => ({
      IpProtocol: "tcp",
      FromPort: 22,
      ToPort: 22,
      IpRanges: blocks.map((CidrIp) => ({ CidrIp })),
    });
    const rules = async () => {
      const command = new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] });
      const { SecurityGroups: [group] = [] } = await c.client.send(command);
      return (group.IpPermissions ?? []).map(({ FromPort, IpRanges = [] }) => [
        FromPort,
        ...IpRanges.map(({ CidrIp }) => CidrIp),
      ]);
    };

    const UNKNOWN = "sg-0123456789abcdef0";
    const wrong: readonly [what: string, rule: IpPermission, code: string][] = [
      ["without a source", ssh(), "MissingParameter"],
      ["with a malformed block", ssh("nope"), "InvalidParameterValue"],
      [
        "with ports in the wrong order",
        { ...ssh("10.0.0.0/8"), ToPort: 20 },
        "InvalidParameterValue",
      ],
      [
        "with a port that is too high",
        { ...ssh("10.0.0.0/8"), ToPort: 65_536 },
        "InvalidPermission.Malformed",
      ],
      ["without a port", { ...ssh("10.0.0.0/8"), ToPort: undefined }, "InvalidParameterValue"],
      [
        "for an unknown group",
        { ...ssh(), UserIdGroupPairs: [{ GroupId: UNKNOWN }] },
        "InvalidGroup.NotFound",
      ],
    ];
    for (const [what, rule, code] of wrong)
      it(`${what}, and keeps the others`, async () => {
        await authorize({ IpPermissions: [ssh("10.1.0.0/16")] });
        await expectAwsError(authorize({ IpPermissions: [rule] }), code);
        expect(await rules()).to.deep.equal([[22, "10.1.0.0/16"]]);
      });

    it("twice, also if the block is written differently", async () => {
      await authorize({ IpPermissions: [ssh("100.68.0.18/18")] });
      expect(await rules()).to.deep.equal([[22, "100.68.0.0/18"]]);
      await expectAwsError(
        authorize({ IpPermissions: [ssh("10.1.0.0/16", "100.68.0.0/18")] }),
        "InvalidPermission.Duplicate",
      );
      expect(await rules()).to.deep.equal([[22, "100.68.0.0/18"]]);
    });

    it("never for one of several blocks: each can be added and removed by itself", async () => {
      await authorize({ IpPermissions: [ssh("10.1.0.0/16", "10.2.0.0/16")] });
      await authorize({ IpPermissions: [ssh("10.3.0.0/16")] });
      expect(await rules()).to.deep.equal([[22, "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"]]);
      await revoke({ IpPermissions: [ssh("10.2.0.0/16")] });
      expect(await rules()).to.deep.equal([[22, "10.1.0.0/16", "10.3.0.0/16"]]);
      await expectAwsError(
        revoke({ IpPermissions: [ssh("10.2.0.0/16")] }),
        "InvalidPermission.NotFound",
      );
    });

    it("never that are given in members of their own", async () => {
      const rule = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, CidrIp: "0.0.0.0/0" };
      await authorize(rule);
      expect(await rules()).to.deep.equal([[80, "0.0.0.0/0"]]);
      await revoke(rule);
      expect(await rules()).to.deep.equal([]);
      const { CidrIp: _, ...withoutSource } = rule;
      await expectAwsError(authorize(withoutSource), "MissingParameter");
    });
  });

  it("tags that are too many, too long or repeated", async () => {
    const tag = (...Tags: Tag[]) =>
      c.client.send(new CreateTagsCommand({ Resources: [VpcId], Tags }));
    const tags = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: "v" }));
    await expectAwsError(tag(...tags(51)), "TagLimitExceeded");
    await tag(...tags(50));
    await tag(...tags(50));
    await expectAwsError(tag({ Key: "one-more", Value: "v" }), "TagLimitExceeded");
    await expectAwsError(
      tag({ Key: "k".repeat(129), Value: "v" }),
      "InvalidParameterValue",
      "Tag key exceeds the maximum length of 128 characters",
    );
    await expectAwsError(
      tag({ Key: "k1", Value: "v".repeat(257) }),
      "InvalidParameterValue",
      "Tag value exceeds the maximum length of 256 characters",
    );
    await expectAwsError(
      tag({ Key: "k1", Value: "v" }, { Key: "k1", Value: "w" }),
      "InvalidParameterValue",
      "Duplicate tag key 'k1' specified.",
    );
  });
});
