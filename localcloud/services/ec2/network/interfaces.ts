import { randomBytes } from "node:crypto";
import type {
  GroupIdentifier,
  InstanceNetworkInterface,
  NetworkInterface,
  NetworkInterfaceAttachment,
  NetworkInterfaceStatus,
  Subnet,
} from "@aws-sdk/client-ec2";
import type { Tags } from "../../../entities/tags";
import { releaseAddresses, takeAddresses } from "./addresses";
import { newId } from "../queries/described";
import type { Ec2Store, Stored, StoredInstance, StoredInterface } from "../store";

/** AWS returns this value, but the SDK's model does not list it. */
const PENDING = "pending" as NetworkInterfaceStatus;

/** Properties of a new interface except its addresses. */
interface NewInterface {
  readonly subnet: Stored<Subnet>;
  readonly groups: readonly GroupIdentifier[];
  readonly tags: Tags;
  readonly shape: NetworkInterface;
}

/** Adds an interface with the addresses in its shape. */
export function addInterface(
  store: Ec2Store,
  { subnet, groups, tags, shape }: NewInterface,
): StoredInterface {
  const id = newId("eni");
  const { PrivateIpAddresses = [] } = shape;
  const address = PrivateIpAddresses[0]?.PrivateIpAddress ?? "";
  const one: StoredInterface = {
    id,
    tags,
    shape: {
      NetworkInterfaceId: id,
      SubnetId: subnet.id,
      VpcId: subnet.shape.VpcId,
      AvailabilityZone: subnet.shape.AvailabilityZone,
      OwnerId: store.scope.accountId,
      RequesterManaged: false,
      Groups: [...groups],
      InterfaceType: "interface",
      MacAddress: ["02", ...(randomBytes(5).toString("hex").match(/../g) ?? [])].join(":"),
      PrivateIpAddress: address,
      PrivateDnsName: dnsName(address),
      SourceDestCheck: true,
      Description: "",
      Ipv6Addresses: [],
      Status: PENDING,
      ...shape,
    },
  };
  store.networkInterfaces.set(id, one);
  return one;
}

/** Adds the interface that every instance has from its start to its end. */
export function addPrimaryInterface(
  instance: StoredInstance,
  settings: Omit<NewInterface, "shape">,
  store: Ec2Store,
): StoredInterface {
  const [PrivateIpAddress] = takeAddresses(store, settings.subnet, 1);
  const one = addInterface(store, {
    ...settings,
    shape: {
      PrivateIpAddresses: [
        { Primary: true, PrivateIpAddress, PrivateDnsName: dnsName(PrivateIpAddress) },
      ],
      Status: "in-use",
      Attachment: attachment(instance, store, { DeleteOnTermination: true, Status: "attached" }),
    },
  });
  return one;
}

export function attachment(
  { id }: StoredInstance,
  { scope: { clock, accountId } }: Ec2Store,
  more: NetworkInterfaceAttachment,
): NetworkInterfaceAttachment {
  return {
    AttachmentId: newId("eni-attach"),
    AttachTime: clock.date(),
    DeviceIndex: 0,
    NetworkCardIndex: 0,
    InstanceId: id,
    InstanceOwnerId: accountId,
    ...more,
  };
}

/** Returns the interfaces of an instance by their device index. */
export function interfacesOf(instanceId: string, store: Ec2Store): StoredInterface[] {
  const index = ({ shape }: StoredInterface): number => shape.Attachment?.DeviceIndex ?? 0;
  return [...store.networkInterfaces.values()]
    .filter(({ shape }) => shape.Attachment?.InstanceId === instanceId)
    .sort((one, other) => index(one) - index(other));
}

/** Changes an interface, including its description in its instance. */
export function changeInterface(
  one: StoredInterface,
  change: NetworkInterface,
  store: Ec2Store,
): void {
  const ids = new Set([one.shape.Attachment?.InstanceId, change.Attachment?.InstanceId]);
  one.shape = { ...one.shape, ...change };
  for (const id of ids) {
    const instance = store.instances.get(id ?? "");
    if (instance) showInterfaces(instance, store);
  }
}

export function removeInterface(one: StoredInterface, store: Ec2Store): void {
  store.scope.clock.clearTimeout(one.timer);
  releaseAddresses(store, one.shape);
  store.networkInterfaces.delete(one.id);
}

/** Releases the interfaces of a terminated instance: those marked for it are deleted, the others become available. */
export function releaseInterfaces(instance: StoredInstance, store: Ec2Store): void {
  for (const one of interfacesOf(instance.id, store)) {
    if (one.shape.Attachment?.DeleteOnTermination) removeInterface(one, store);
    else {
      store.scope.clock.clearTimeout(one.timer);
      one.shape = { ...one.shape, Attachment: undefined, Status: "available" };
    }
  }
  const { PrivateIpAddress: _gone, SubnetId: _subnet, VpcId: _vpc, ...rest } = instance.shape;
  instance.shape = { ...rest, PrivateDnsName: "", NetworkInterfaces: [], SecurityGroups: [] };
}

export function showInterfaces(instance: StoredInstance, store: Ec2Store): void {
  const NetworkInterfaces = interfacesOf(instance.id, store).map(({ shape }) => ofInstance(shape));
  const SecurityGroups = NetworkInterfaces[0]?.Groups;
  instance.shape = { ...instance.shape, NetworkInterfaces, SecurityGroups };
}

export function dnsName(address: string): string {
  return `ip-${address.replaceAll(".", "-")}.ec2.internal`;
}

/** Returns an interface as DescribeInstances shows it. */
function ofInstance({
  Attachment: attached,
  ...shape
}: NetworkInterface): InstanceNetworkInterface {
  const { AvailabilityZone: _zone, RequesterManaged: _managed, ...common } = shape;
  const { InstanceId: _id, InstanceOwnerId: _owner, ...Attachment } = attached ?? {};
  return { ...common, Attachment };
}
