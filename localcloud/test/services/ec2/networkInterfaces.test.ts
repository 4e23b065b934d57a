import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  type CreateNetworkInterfaceCommandInput,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DetachNetworkInterfaceCommand,
  EC2Client,
  type Filter,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { AMI, connection, Ec2Cloud } from "./ec2Cloud";

describe("EC2 network interfaces", () => {
  let c: Ec2Cloud;
  let vpcId: string;
  /** A subnet in the first zone with 251 addresses. */
  let subnetId: string;
  let blocks = 0;

  before(async () => {
    c = await Ec2Cloud.start();
    c.store.bootMs = () => 10_000;
    vpcId = [...c.store.vpcs.keys()][0];
    subnetId = await createSubnet("/24");
  });
  after(() => c.stop());

  async function createSubnet(size: string, zone = "us-east-1a"): Promise<string> {
    const { Subnet } = await c.client.send(
      new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `172.31.${200 + blocks++}.0${size}`,
        AvailabilityZone: zone,
      }),
    );
    return Subnet?.SubnetId ?? "";
  }

  async function create(
    more: Partial<CreateNetworkInterfaceCommandInput> = {},
  ): Promise<NetworkInterface> {
    const input = { SubnetId: subnetId, ...more };
    const { NetworkInterface } = await c.client.send(new CreateNetworkInterfaceCommand(input));
    return NetworkInterface ?? {};
  }

  async function available(
    more: Partial<CreateNetworkInterfaceCommandInput> = {},
  ): Promise<string> {
    const { NetworkInterfaceId = "" } = await create(more);
    await c.seconds(1);
    return NetworkInterfaceId;
  }

  async function find(...Filters: Filter[]): Promise<NetworkInterface[]> {
    const { NetworkInterfaces = [] } = await c.client.send(
      new DescribeNetworkInterfacesCommand({ Filters }),
    );
    return NetworkInterfaces;
  }

  async function show(id: string): Promise<NetworkInterface> {
    const { NetworkInterfaces = [] } = await c.client.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }),
    );
    return NetworkInterfaces[0];
  }

  /** Starts an instance in the subnet; it runs after ten seconds. */
  async function start(type: "t3.micro" | "t3.small" = "t3.micro"): Promise<string> {
    const { Instances = [] } = await c.client.send(
      new RunInstancesCommand({
        ImageId: AMI,
        InstanceType: type,
        SubnetId: subnetId,
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    return Instances[0].InstanceId ?? "";
  }

  async function running(type?: "t3.small"): Promise<string> {
    const id = await start(type);
    await c.seconds(10);
    return id;
  }

  const attach = (NetworkInterfaceId: string, InstanceId: string, DeviceIndex = 1) =>
    c.client.send(
      new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId, DeviceIndex }),
    );
  const remove = (NetworkInterfaceId: string) =>
    c.client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));

  async function end(...InstanceIds: string[]): Promise<void> {
    await c.client.send(new TerminateInstancesCommand({ InstanceIds }));
    await c.seconds(30);
  }

  async function freeAddresses(id = subnetId): Promise<number | undefined> {
    const { Subnets = [] } = await c.client.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
    return Subnets[0].AvailableIpAddressCount;
  }

  it("are pending, then available, and no longer found once deleted", async () => {
    const before = await freeAddresses();
    const Tags = [{ Key: "app", Value: "web" }];
    const { NetworkInterfaceId = "", ...made } = await create({
      Description: "second",
      SecondaryPrivateIpAddressCount: 2,
      Ipv6AddressCount: 1,
      Ipv4PrefixCount: 1,
      TagSpecifications: [{ ResourceType: "network-interface", Tags }],
    });
    expect(made).to.deep.include({
      Status: "pending",
      Description: "second",
      AvailabilityZone: "us-east-1a",
      SourceDestCheck: true,
      TagSet: Tags,
    });
    expect(made.PrivateIpAddresses?.map(({ Primary }) => Primary)).to.deep.equal([
      true,
      false,
      false,
    ]);
    expect([made.Ipv6Addresses?.length, made.Ipv4Prefixes?.length]).to.deep.equal([1, 1]);
    expect(await freeAddresses()).to.equal((before ?? 0) - 3 - 16);
    await c.seconds(1);
    expect((await show(NetworkInterfaceId)).Status).to.equal("available");
    await remove(NetworkInterfaceId);
    await expectAwsError(
      show(NetworkInterfaceId),
      "InvalidNetworkInterfaceID.NotFound",
      `The networkInterface ID '${NetworkInterfaceId}' does not exist`,
    );
    expect(await freeAddresses()).to.equal(before);
  });

  it("are returned again for the same token and parameters, also after deletion, and refused for others", async () => {
    const input = { ClientToken: "i-1-1", Description: "one" };
    const { NetworkInterfaceId: id = "" } = await create(input);
    expect((await create(input)).NetworkInterfaceId).to.equal(id);
    await expectAwsError(create({ ...input, Description: "two" }), "IdempotentParameterMismatch");
    await remove(id);
    expect((await create(input)).NetworkInterfaceId).to.equal(id);
    await expectAwsError(show(id), "InvalidNetworkInterfaceID.NotFound");
  });

  it("are attached to a running instance, which lists them, and detached from it", async () => {
    const id = await available();
    const instance = await start();
    await expectAwsError(
      attach(id, instance),
      "IncorrectState",
      `Instance '${instance}' is not 'running' or 'stopped'.`,
    );
    await c.seconds(10);
    const { AttachmentId } = await attach(id, instance);
    const attached = await show(id);
    expect(attached.Status).to.equal("attaching");
    expect(attached.Attachment).to.deep.include({
      AttachmentId,
      DeviceIndex: 1,
      InstanceId: instance,
      DeleteOnTermination: false,
      Status: "attaching",
    });
    await expectAwsError(
      remove(id),
      "InvalidParameterValue",
      `Network interface '${id}' is currently in use.`,
    );
    await c.seconds(2);
    expect((await show(id)).Status).to.equal("in-use");
    const { Reservations = [] } = await c.client.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: "network-interface.network-interface-id", Values: [id] }],
      }),
    );
    const [of] = Reservations[0].Instances ?? [];
    expect(of.NetworkInterfaces?.map((one) => one.Attachment?.Status)).to.deep.equal([
      "attached",
      "attached",
    ]);
    await c.client.send(new DetachNetworkInterfaceCommand({ AttachmentId }));
    expect((await show(id)).Status).to.equal("detaching");
    await c.seconds(3);
    const detached = await show(id);
    expect([detached.Status, detached.Attachment]).to.deep.equal(["available", undefined]);
    await remove(id);
    await end(instance);
  });

  it("cannot be attached with a used index, beyond the type's limit, in another zone or to a second instance", async () => {
    const [first, second, third] = [await available(), await available(), await available()];
    const instance = await running("t3.small");
    await attach(first, instance);
    await expectAwsError(
      attach(first, instance, 2),
      "InvalidNetworkInterface.InUse",
      `Interface: [${first}] in use.`,
    );
    await expectAwsError(
      attach(second, instance, 1),
      "InvalidParameterValue",
      `Instance '${instance}' already has an interface attached at device index '1'.`,
    );
    await attach(second, instance, 2);
    await expectAwsError(
      attach(third, instance, 3),
      "AttachmentLimitExceeded",
      "Interface count 4 exceeds the limit for t3.small",
    );
    const elsewhere = await available({ SubnetId: await createSubnet("/28", "us-east-1b") });
    await expectAwsError(attach(elsewhere, await running()), "InvalidParameterCombination");
    const efa = await available({ InterfaceType: "efa" });
    await expectAwsError(attach(efa, await running()), "IncorrectState");
  });

  it("are deleted with their instance if marked so, and become available otherwise", async () => {
    const instance = await running("t3.small");
    const [goes, stays] = [await available(), await available()];
    const { AttachmentId } = await attach(goes, instance);
    await attach(stays, instance, 2);
    await c.client.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: goes,
        Attachment: { AttachmentId, DeleteOnTermination: true },
      }),
    );
    const ofInstance = { Name: "attachment.instance-id", Values: [instance] };
    const index = ({ Attachment }: NetworkInterface): number => Attachment?.DeviceIndex ?? 0;
    const there = await find(ofInstance);
    const [primary, ...others] = there.sort((one, other) => index(one) - index(other));
    expect(primary.Attachment).to.deep.include({ DeviceIndex: 0, DeleteOnTermination: true });
    expect(others.map((one) => one.NetworkInterfaceId)).to.have.members([goes, stays]);
    await expectAwsError(
      c.client.send(
        new DetachNetworkInterfaceCommand({ AttachmentId: primary.Attachment?.AttachmentId }),
      ),
      "OperationNotPermitted",
    );
    await end(instance);
    expect(await find(ofInstance)).to.deep.equal([]);
    expect((await show(stays)).Status).to.equal("available");
    await expectAwsError(show(goes), "InvalidNetworkInterfaceID.NotFound");
    await expectAwsError(
      show(primary.NetworkInterfaceId ?? ""),
      "InvalidNetworkInterfaceID.NotFound",
    );
  });

  it("change one attribute at a time", async () => {
    const NetworkInterfaceId = await available();
    const { GroupId = "" } = await c.client.send(
      new CreateSecurityGroupCommand({ GroupName: "second", Description: "of it", VpcId: vpcId }),
    );
    const modify = (change: object) =>
      c.client.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, ...change }));
    await modify({ SourceDestCheck: { Value: false } });
    await modify({ Description: { Value: "router" } });
    await modify({ Groups: [GroupId] });
    const { SourceDestCheck, Description, Groups } = await show(NetworkInterfaceId);
    expect({ SourceDestCheck, Description, Groups }).to.deep.equal({
      SourceDestCheck: false,
      Description: "router",
      Groups: [{ GroupId, GroupName: "second" }],
    });
    await expectAwsError(
      modify({ Groups: [GroupId], Description: { Value: "both" } }),
      "InvalidParameterCombination",
    );
    await expectAwsError(
      modify({ Attachment: { AttachmentId: "eni-attach-0", DeleteOnTermination: true } }),
      "InvalidAttachmentID.NotFound",
    );
    const deleteGroup = () => c.client.send(new DeleteSecurityGroupCommand({ GroupId }));
    await expectAwsError(deleteGroup(), "DependencyViolation");
    await remove(NetworkInterfaceId);
    await deleteGroup();
  });

  it("fill a subnet, which cannot be deleted while one is in it", async () => {
    // Sixteen addresses, five of which AWS reserves.
    const small = await createSubnet("/28");
    const all: string[] = [];
    for (let count = 0; count < 11; count++) all.push(await available({ SubnetId: small }));
    expect(await freeAddresses(small)).to.equal(0);
    await expectAwsError(
      create({ SubnetId: small }),
      "InsufficientFreeAddressesInSubnet",
      "The specified subnet does not have enough free addresses to satisfy the request.",
    );
    await expectAwsError(
      create({ SubnetId: small, Ipv4PrefixCount: 1 }),
      "InvalidParameterValue",
      "There aren't sufficient free Ipv4 addresses or prefixes",
    );
    await expectAwsError(
      c.client.send(
        new RunInstancesCommand({ ImageId: AMI, SubnetId: small, MinCount: 1, MaxCount: 1 }),
      ),
      "InsufficientFreeAddressesInSubnet",
    );
    const last = all.pop() ?? "";
    await remove(last);
    const again = await create({ SubnetId: small });
    expect(again.Status).to.equal("pending");
    const deleteSubnet = () => c.client.send(new DeleteSubnetCommand({ SubnetId: small }));
    await expectAwsError(
      deleteSubnet(),
      "DependencyViolation",
      `The subnet '${small}' has dependencies and cannot be deleted.`,
    );
    for (const id of [...all, again.NetworkInterfaceId ?? ""]) await remove(id);
    await deleteSubnet();
  });

  it("are found by subnet, group, status and tag, and listed in pages", async () => {
    const other = await createSubnet("/24");
    const specification = {
      ResourceType: "network-interface" as const,
      Tags: [{ Key: "owner", Value: "hook" }],
    };
    for (let count = 0; count < 6; count++)
      await create({ SubnetId: other, TagSpecifications: [specification] });
    const Filters = [
      { Name: "subnet-id", Values: [other] },
      { Name: "status", Values: ["pending"] },
      { Name: "tag:owner", Values: ["hook"] },
    ];
    const found = await find(...Filters);
    expect(found).to.have.length(6);
    const { GroupId = "" } = found[0].Groups?.[0] ?? {};
    expect((await find(Filters[0], { Name: "group-id", Values: [GroupId] })).length).to.equal(6);
    const page = (NextToken?: string) =>
      c.client.send(new DescribeNetworkInterfacesCommand({ Filters, MaxResults: 5, NextToken }));
    const first = await page();
    const second = await page(first.NextToken);
    expect([first.NetworkInterfaces?.length, second.NetworkInterfaces?.length]).to.deep.equal([
      5, 1,
    ]);
    await expectAwsError(
      c.client.send(new DescribeNetworkInterfacesCommand({ MaxResults: 4 })),
      "InvalidParameterValue",
    );
    await expectAwsError(
      c.client.send(
        new DescribeNetworkInterfacesCommand({
          MaxResults: 5,
          NetworkInterfaceIds: [found[0].NetworkInterfaceId ?? ""],
        }),
      ),
      "InvalidParameterCombination",
    );
  });

  it("can be temporarily invisible after their creation", async () => {
    const id = await available();
    c.cloud.faults.add({
      kind: "notFound",
      service: "ec2",
      operation: "DescribeNetworkInterfaces",
      times: 2,
    });
    await expectAwsError(show(id), "InvalidNetworkInterfaceID.NotFound");
    await expectAwsError(show(id), "InvalidNetworkInterfaceID.NotFound");
    expect((await show(id)).Status).to.equal("available");
    await remove(id);
  });

  it("require IAM permissions on each resource to create, tag, attach and change them", async () => {
    const arn = (what: string) => `arn:aws:ec2:us-east-1:${c.cloud.accountId}:${what}`;
    const tagged = { StringEquals: { "aws:RequestTag/owner": "hook" } };
    const ownTag = { StringEquals: { "ec2:ResourceTag/owner": "hook" } };
    const credentials = await roleSession(c.cloud, "hook", [
      {
        Effect: "Allow",
        Action: "ec2:CreateNetworkInterface",
        Resource: arn(`subnet/${subnetId}`),
      },
      {
        Effect: "Allow",
        Action: "ec2:CreateNetworkInterface",
        Resource: arn("network-interface/*"),
        Condition: tagged,
      },
      {
        Effect: "Allow",
        Action: "ec2:CreateTags",
        Resource: arn("network-interface/*"),
        Condition: { StringEquals: { "ec2:CreateAction": "CreateNetworkInterface" } },
      },
      {
        Effect: "Allow",
        Action: ["ec2:AttachNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"],
        Resource: arn("network-interface/*"),
        Condition: ownTag,
      },
      {
        Effect: "Allow",
        Action: ["ec2:AttachNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"],
        Resource: arn("instance/*"),
      },
    ]);
    const hook = new EC2Client({ ...connection(c.cloud), credentials });
    const TagSpecifications = [
      { ResourceType: "network-interface" as const, Tags: [{ Key: "owner", Value: "hook" }] },
    ];
    const make = (more: object) =>
      hook.send(new CreateNetworkInterfaceCommand({ SubnetId: subnetId, ...more }));
    await expectAwsError(make({}), "UnauthorizedOperation");
    await expectAwsError(
      make({ TagSpecifications, SubnetId: await createSubnet("/28") }),
      "UnauthorizedOperation",
    );
    const { NetworkInterface } = await make({ TagSpecifications });
    const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? "";
    const InstanceId = await running();
    const foreign = await available();
    const attachAs = (id: string) =>
      hook.send(
        new AttachNetworkInterfaceCommand({ NetworkInterfaceId: id, InstanceId, DeviceIndex: 1 }),
      );
    await expectAwsError(attachAs(foreign), "UnauthorizedOperation");
    const { AttachmentId } = await attachAs(NetworkInterfaceId);
    const Attachment = { AttachmentId, DeleteOnTermination: true };
    await hook.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Attachment }));
    await expectAwsError(
      hook.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })),
      "UnauthorizedOperation",
    );
    hook.destroy();
  });

  it("have the limits of the instance types", async () => {
    const { InstanceTypes = [] } = await c.client.send(
      new DescribeInstanceTypesCommand({
        InstanceTypes: ["t3.micro", "m7g.medium", "c5.18xlarge"],
      }),
    );
    expect(
      InstanceTypes.map(({ InstanceType, NetworkInfo }) => [
        InstanceType,
        NetworkInfo?.MaximumNetworkInterfaces,
        NetworkInfo?.Ipv4AddressesPerInterface,
      ]),
    ).to.have.deep.members([
      ["t3.micro", 2, 2],
      ["m7g.medium", 2, 4],
      ["c5.18xlarge", 15, 50],
    ]);
    await expectAwsError(
      c.client.send(new DescribeInstanceTypesCommand({ InstanceTypes: ["t3.huge" as "t3.micro"] })),
      "InvalidInstanceType",
    );
  });
});
