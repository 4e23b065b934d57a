import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeNetworkInterfacesCommand,
  DetachNetworkInterfaceCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { AMI, connection } from "./ec2Cloud";
import { NetworkInterfacesCloud } from "./networkInterfacesCloud";

describe("EC2 network interfaces", () => {
  let n: NetworkInterfacesCloud;
  before(async () => {
    n = await NetworkInterfacesCloud.start();
  });
  after(() => n.c.stop());

  it("are pending, then available, and no longer found once deleted", async () => {
    const before = await n.freeAddresses();
    const Tags = [{ Key: "app", Value: "web" }];
    const { NetworkInterfaceId = "", ...made } = await n.create({
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
    expect(await n.freeAddresses()).to.equal((before ?? 0) - 3 - 16);
    await n.c.seconds(1);
    expect((await n.show(NetworkInterfaceId)).Status).to.equal("available");
    await n.remove(NetworkInterfaceId);
    await expectAwsError(
      n.show(NetworkInterfaceId),
      "InvalidNetworkInterfaceID.NotFound",
      `The networkInterface ID '${NetworkInterfaceId}' does not exist`,
    );
    expect(await n.freeAddresses()).to.equal(before);
  });

  it("are returned again for the same token and parameters, also after deletion, and refused for others", async () => {
    const input = { ClientToken: "i-1-1", Description: "one" };
    const { NetworkInterfaceId: id = "" } = await n.create(input);
    expect((await n.create(input)).NetworkInterfaceId).to.equal(id);
    await expectAwsError(n.create({ ...input, Description: "two" }), "IdempotentParameterMismatch");
    await n.remove(id);
    expect((await n.create(input)).NetworkInterfaceId).to.equal(id);
    await expectAwsError(n.show(id), "InvalidNetworkInterfaceID.NotFound");
  });

  it("are attached to a running instance, which lists them, and detached from it", async () => {
    const id = await n.available();
    const instance = await n.start();
    await expectAwsError(
      n.attach(id, instance),
      "IncorrectState",
      `Instance '${instance}' is not 'running' or 'stopped'.`,
    );
    await n.c.seconds(10);
    const { AttachmentId } = await n.attach(id, instance);
    const attached = await n.show(id);
    expect(attached.Status).to.equal("attaching");
    expect(attached.Attachment).to.deep.include({
      AttachmentId,
      DeviceIndex: 1,
      InstanceId: instance,
      DeleteOnTermination: false,
      Status: "attaching",
    });
    await expectAwsError(
      n.remove(id),
      "InvalidParameterValue",
      `Network interface '${id}' is currently in use.`,
    );
    await n.c.seconds(2);
    expect((await n.show(id)).Status).to.equal("in-use");
    const { Reservations = [] } = await n.c.client.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: "network-interface.network-interface-id", Values: [id] }],
      }),
    );
    const [of] = Reservations[0].Instances ?? [];
    expect(of.NetworkInterfaces?.map((one) => one.Attachment?.Status)).to.deep.equal([
      "attached",
      "attached",
    ]);
    await n.c.client.send(new DetachNetworkInterfaceCommand({ AttachmentId }));
    expect((await n.show(id)).Status).to.equal("detaching");
    await n.c.seconds(3);
    const detached = await n.show(id);
    expect([detached.Status, detached.Attachment]).to.deep.equal(["available", undefined]);
    await n.remove(id);
    await n.end(instance);
  });

  it("cannot be attached with a used index, beyond the type's limit, in another zone or to a second instance", async () => {
    const [first, second, third] = [await n.available(), await n.available(), await n.available()];
    const instance = await n.running("t3.small");
    await n.attach(first, instance);
    await expectAwsError(
      n.attach(first, instance, 2),
      "InvalidNetworkInterface.InUse",
      `Interface: [${first}] in use.`,
    );
    await expectAwsError(
      n.attach(second, instance, 1),
      "InvalidParameterValue",
      `Instance '${instance}' already has an interface attached at device index '1'.`,
    );
    await n.attach(second, instance, 2);
    await expectAwsError(
      n.attach(third, instance, 3),
      "AttachmentLimitExceeded",
      "Interface count 4 exceeds the limit for t3.small",
    );
    const elsewhere = await n.available({ SubnetId: await n.createSubnet("/28", "us-east-1b") });
    await expectAwsError(n.attach(elsewhere, await n.running()), "InvalidParameterCombination");
    const efa = await n.available({ InterfaceType: "efa" });
    await expectAwsError(n.attach(efa, await n.running()), "IncorrectState");
  });

  it("are deleted with their instance if marked so, and become available otherwise", async () => {
    const instance = await n.running("t3.small");
    const [goes, stays] = [await n.available(), await n.available()];
    const { AttachmentId } = await n.attach(goes, instance);
    await n.attach(stays, instance, 2);
    await n.c.client.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: goes,
        Attachment: { AttachmentId, DeleteOnTermination: true },
      }),
    );
    const ofInstance = { Name: "attachment.instance-id", Values: [instance] };
    const index = ({ Attachment }: NetworkInterface): number => Attachment?.DeviceIndex ?? 0;
    const there = await n.find(ofInstance);
    const [primary, ...others] = there.sort((one, other) => index(one) - index(other));
    expect(primary.Attachment).to.deep.include({ DeviceIndex: 0, DeleteOnTermination: true });
    expect(others.map((one) => one.NetworkInterfaceId)).to.have.members([goes, stays]);
    await expectAwsError(
      n.c.client.send(
        new DetachNetworkInterfaceCommand({ AttachmentId: primary.Attachment?.AttachmentId }),
      ),
      "OperationNotPermitted",
    );
    await n.end(instance);
    expect(await n.find(ofInstance)).to.deep.equal([]);
    expect((await n.show(stays)).Status).to.equal("available");
    await expectAwsError(n.show(goes), "InvalidNetworkInterfaceID.NotFound");
    await expectAwsError(
      n.show(primary.NetworkInterfaceId ?? ""),
      "InvalidNetworkInterfaceID.NotFound",
    );
  });

  it("change one attribute at a time", async () => {
    const NetworkInterfaceId = await n.available();
    const { GroupId = "" } = await n.c.client.send(
      new CreateSecurityGroupCommand({ GroupName: "second", Description: "of it", VpcId: n.vpcId }),
    );
    const modify = (change: object) =>
      n.c.client.send(
        new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, ...change }),
      );
    await modify({ SourceDestCheck: { Value: false } });
    await modify({ Description: { Value: "router" } });
    await modify({ Groups: [GroupId] });
    const { SourceDestCheck, Description, Groups } = await n.show(NetworkInterfaceId);
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
    const deleteGroup = () => n.c.client.send(new DeleteSecurityGroupCommand({ GroupId }));
    await expectAwsError(deleteGroup(), "DependencyViolation");
    await n.remove(NetworkInterfaceId);
    await deleteGroup();
  });

  it("fill a subnet, which cannot be deleted while one is in it", async () => {
    // Sixteen addresses, five of which AWS reserves.
    const small = await n.createSubnet("/28");
    const all: string[] = [];
    for (let count = 0; count < 11; count++) all.push(await n.available({ SubnetId: small }));
    expect(await n.freeAddresses(small)).to.equal(0);
    await expectAwsError(
      n.create({ SubnetId: small }),
      "InsufficientFreeAddressesInSubnet",
      "The specified subnet does not have enough free addresses to satisfy the request.",
    );
    await expectAwsError(
      n.create({ SubnetId: small, Ipv4PrefixCount: 1 }),
      "InvalidParameterValue",
      "There aren't sufficient free Ipv4 addresses or prefixes",
    );
    await expectAwsError(
      n.c.client.send(
        new RunInstancesCommand({ ImageId: AMI, SubnetId: small, MinCount: 1, MaxCount: 1 }),
      ),
      "InsufficientFreeAddressesInSubnet",
    );
    const last = all.pop() ?? "";
    await n.remove(last);
    const again = await n.create({ SubnetId: small });
    expect(again.Status).to.equal("pending");
    const deleteSubnet = () => n.c.client.send(new DeleteSubnetCommand({ SubnetId: small }));
    await expectAwsError(
      deleteSubnet(),
      "DependencyViolation",
      `The subnet '${small}' has dependencies and cannot be deleted.`,
    );
    for (const id of [...all, again.NetworkInterfaceId ?? ""]) await n.remove(id);
    await deleteSubnet();
  });

  it("are found by subnet, group, status and tag, and listed in pages", async () => {
    const other = await n.createSubnet("/24");
    const specification = {
      ResourceType: "network-interface" as const,
      Tags: [{ Key: "owner", Value: "hook" }],
    };
    for (let count = 0; count < 6; count++)
      await n.create({ SubnetId: other, TagSpecifications: [specification] });
    const Filters = [
      { Name: "subnet-id", Values: [other] },
      { Name: "status", Values: ["pending"] },
      { Name: "tag:owner", Values: ["hook"] },
    ];
    const found = await n.find(...Filters);
    expect(found).to.have.length(6);
    const { GroupId = "" } = found[0].Groups?.[0] ?? {};
    expect((await n.find(Filters[0], { Name: "group-id", Values: [GroupId] })).length).to.equal(6);
    const page = (NextToken?: string) =>
      n.c.client.send(new DescribeNetworkInterfacesCommand({ Filters, MaxResults: 5, NextToken }));
    const first = await page();
    const second = await page(first.NextToken);
    expect([first.NetworkInterfaces?.length, second.NetworkInterfaces?.length]).to.deep.equal([
      5, 1,
    ]);
    await expectAwsError(
      n.c.client.send(new DescribeNetworkInterfacesCommand({ MaxResults: 4 })),
      "InvalidParameterValue",
    );
    await expectAwsError(
      n.c.client.send(
        new DescribeNetworkInterfacesCommand({
          MaxResults: 5,
          NetworkInterfaceIds: [found[0].NetworkInterfaceId ?? ""],
        }),
      ),
      "InvalidParameterCombination",
    );
  });

  it("can be temporarily invisible after their creation", async () => {
    const id = await n.available();
    n.c.cloud.faults.add({
      kind: "notFound",
      service: "ec2",
      operation: "DescribeNetworkInterfaces",
      times: 2,
    });
    await expectAwsError(n.show(id), "InvalidNetworkInterfaceID.NotFound");
    await expectAwsError(n.show(id), "InvalidNetworkInterfaceID.NotFound");
    expect((await n.show(id)).Status).to.equal("available");
    await n.remove(id);
  });

  it("require IAM permissions on each resource to create, tag, attach and change them", async () => {
    const arn = (what: string) => `arn:aws:ec2:us-east-1:${n.c.cloud.accountId}:${what}`;
    const tagged = { StringEquals: { "aws:RequestTag/owner": "hook" } };
    const ownTag = { StringEquals: { "ec2:ResourceTag/owner": "hook" } };
    const credentials = await roleSession(n.c.cloud, "hook", [
      {
        Effect: "Allow",
        Action: "ec2:CreateNetworkInterface",
        Resource: arn(`subnet/${n.subnetId}`),
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
    const hook = new EC2Client({ ...connection(n.c.cloud), credentials });
    const TagSpecifications = [
      { ResourceType: "network-interface" as const, Tags: [{ Key: "owner", Value: "hook" }] },
    ];
    const make = (more: object) =>
      hook.send(new CreateNetworkInterfaceCommand({ SubnetId: n.subnetId, ...more }));
    await expectAwsError(make({}), "UnauthorizedOperation");
    await expectAwsError(
      make({ TagSpecifications, SubnetId: await n.createSubnet("/28") }),
      "UnauthorizedOperation",
    );
    const { NetworkInterface } = await make({ TagSpecifications });
    const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? "";
    const InstanceId = await n.running();
    const foreign = await n.available();
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
    const { InstanceTypes = [] } = await n.c.client.send(
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
      n.c.client.send(
        new DescribeInstanceTypesCommand({ InstanceTypes: ["t3.huge" as "t3.micro"] }),
      ),
      "InvalidInstanceType",
    );
  });
});
