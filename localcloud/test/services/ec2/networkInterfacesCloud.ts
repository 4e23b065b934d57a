import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  type CreateNetworkInterfaceCommandInput,
  CreateSubnetCommand,
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  type Filter,
  type NetworkInterface,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type AttachNetworkInterfaceCommandOutput,
} from "@aws-sdk/client-ec2";
import { AMI, Ec2Cloud } from "./ec2Cloud";

/** A cloud with a subnet for network interfaces, whose instances boot in ten seconds. */
export class NetworkInterfacesCloud {
  /** A subnet in the first zone with 251 addresses. */
  subnetId = "";
  private blocks = 0;

  private constructor(
    readonly c: Ec2Cloud,
    readonly vpcId: string,
  ) {}

  static async start(): Promise<NetworkInterfacesCloud> {
    const c = await Ec2Cloud.start();
    c.store.bootMs = () => 10_000;
    const made = new NetworkInterfacesCloud(c, [...c.store.vpcs.keys()][0]);
    made.subnetId = await made.createSubnet("/24");
    return made;
  }

  async createSubnet(size: string, zone = "us-east-1a"): Promise<string> {
    const { Subnet } = await this.c.client.send(
      new CreateSubnetCommand({
        VpcId: this.vpcId,
        CidrBlock: `172.31.${200 + this.blocks++}.0${size}`,
        AvailabilityZone: zone,
      }),
    );
    return Subnet?.SubnetId ?? "";
  }

  async create(more: Partial<CreateNetworkInterfaceCommandInput> = {}): Promise<NetworkInterface> {
    const input = { SubnetId: this.subnetId, ...more };
    const { NetworkInterface } = await this.c.client.send(new CreateNetworkInterfaceCommand(input));
    return NetworkInterface ?? {};
  }

  async available(more: Partial<CreateNetworkInterfaceCommandInput> = {}): Promise<string> {
    const { NetworkInterfaceId = "" } = await this.create(more);
    await this.c.seconds(1);
    return NetworkInterfaceId;
  }

  async find(...Filters: Filter[]): Promise<NetworkInterface[]> {
    const { NetworkInterfaces = [] } = await this.c.client.send(
      new DescribeNetworkInterfacesCommand({ Filters }),
    );
    return NetworkInterfaces;
  }

  async show(id: string): Promise<NetworkInterface> {
    const { NetworkInterfaces = [] } = await this.c.client.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }),
    );
    return NetworkInterfaces[0];
  }

  /** Starts an instance in the subnet; it runs after ten seconds. */
  async start(type: "t3.micro" | "t3.small" = "t3.micro"): Promise<string> {
    const { Instances = [] } = await this.c.client.send(
      new RunInstancesCommand({
        ImageId: AMI,
        InstanceType: type,
        SubnetId: this.subnetId,
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    return Instances[0].InstanceId ?? "";
  }

  async running(type?: "t3.small"): Promise<string> {
    const id = await this.start(type);
    await this.c.seconds(10);
    return id;
  }

  attach(
    NetworkInterfaceId: string,
    InstanceId: string,
    DeviceIndex = 1,
  ): Promise<AttachNetworkInterfaceCommandOutput> {
    return this.c.client.send(
      new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId, DeviceIndex }),
    );
  }

  remove(NetworkInterfaceId: string): Promise<unknown> {
    return this.c.client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  }

  async end(...InstanceIds: string[]): Promise<void> {
    await this.c.client.send(new TerminateInstancesCommand({ InstanceIds }));
    await this.c.seconds(30);
  }

  async freeAddresses(id = this.subnetId): Promise<number | undefined> {
    const { Subnets = [] } = await this.c.client.send(
      new DescribeSubnetsCommand({ SubnetIds: [id] }),
    );
    return Subnets[0].AvailableIpAddressCount;
  }
}
