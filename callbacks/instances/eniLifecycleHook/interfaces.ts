import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
  type Filter,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
} from "@aws-sdk/client-ec2";
import { nameOf, type Retry, retrying } from "../../retry";
import { type FoundInstance, type FoundInterface, type InterfaceSpec, TAGS } from "./model";

export const deploymentOnlyModule = true;

/** The EC2 client, and how its calls are retried. */
export interface Ec2Calls {
  readonly ec2: EC2Client;
  readonly retry: Retry;
}

/** Finds every interface of a component, or of one of its instances. */
export async function findInterfaces(
  { ec2, retry }: Ec2Calls,
  hookId: string,
  instanceId?: string,
): Promise<FoundInterface[]> {
  const Filters: Filter[] = [{ Name: `tag:${TAGS.hook}`, Values: [hookId] }];
  if (instanceId !== undefined)
    Filters.push({ Name: `tag:${TAGS.instance}`, Values: [instanceId] });
  const found: FoundInterface[] = [];
  let NextToken: string | undefined;
  do {
    const page = await retrying(retry, () =>
      ec2.send(new DescribeNetworkInterfacesCommand({ Filters, MaxResults: 1000, NextToken })),
    );
    found.push(...(page.NetworkInterfaces ?? []).map(foundInterface));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** Finds instances by a filter, so that a deleted one is left out instead of an error. */
export async function findInstances(
  { ec2, retry }: Ec2Calls,
  ids: readonly string[],
): Promise<FoundInstance[]> {
  const found: FoundInstance[] = [];
  for (let first = 0; first < ids.length; first += MOST_VALUES) {
    const Filters = [{ Name: "instance-id", Values: ids.slice(first, first + MOST_VALUES) }];
    const { Reservations = [] } = await retrying(retry, () =>
      ec2.send(new DescribeInstancesCommand({ Filters, MaxResults: 1000 })),
    );
    for (const one of Reservations.flatMap(({ Instances = [] }) => Instances))
      found.push({
        id: one.InstanceId ?? "",
        zone: one.Placement?.AvailabilityZone ?? "",
        state: one.State?.Name ?? "",
        launchedAt: one.LaunchTime?.getTime() ?? 0,
      });
  }
  return found;
}

/** Most values of one filter. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
const MOST_VALUES = 200;

/** Creates an interface. A second call with the same token returns the same interface, even after it was deleted. */
export async function createInterface(
  { ec2, retry }: Ec2Calls,
  { hookId, generation, instanceId }: InterfaceOwner,
  { spec, subnetId }: { readonly spec: InterfaceSpec; readonly subnetId: string },
): Promise<string> {
  const { deviceIndex, securityGroups, description, privateIpCount = 1 } = spec;
  const tags = {
    ...spec.tags,
    [TAGS.hook]: hookId,
    [TAGS.instance]: instanceId,
    [TAGS.deviceIndex]: String(deviceIndex),
    [TAGS.generation]: generation,
  };
  const input = {
    // At most 64 characters, and unique for each interface of an instance.
    ClientToken: `${instanceId}-${deviceIndex}`,
    SubnetId: subnetId,
    Groups: [...securityGroups],
    Description: description ?? `Interface ${deviceIndex} of ${instanceId}`,
    ...(privateIpCount > 1 && { SecondaryPrivateIpAddressCount: privateIpCount - 1 }),
    ...(spec.ipv6AddressCount && { Ipv6AddressCount: spec.ipv6AddressCount }),
    ...(spec.ipv4PrefixCount && { Ipv4PrefixCount: spec.ipv4PrefixCount }),
    ...(spec.ipv6PrefixCount && { Ipv6PrefixCount: spec.ipv6PrefixCount }),
    TagSpecifications: [
      {
        ResourceType: "network-interface" as const,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      },
    ],
  };
  const { NetworkInterface: made } = await retrying(retry, () =>
    ec2.send(new CreateNetworkInterfaceCommand(input)),
  );
  return made?.NetworkInterfaceId ?? "";
}

export interface InterfaceOwner {
  readonly hookId: string;
  readonly generation: string;
  readonly instanceId: string;
}

/**
 * Attaches an interface. There is no idempotency token: after an unclear answer, check before retrying. @returns the
 * attachment's id
 */
export async function attachInterface(
  { ec2, retry }: Ec2Calls,
  id: string,
  instanceId: string,
  { deviceIndex, networkCardIndex }: InterfaceSpec,
): Promise<string> {
  const { AttachmentId = "" } = await retrying({ ...retry, repeatable: false }, () =>
    ec2.send(
      new AttachNetworkInterfaceCommand({
        NetworkInterfaceId: id,
        InstanceId: instanceId,
        DeviceIndex: deviceIndex,
        ...(networkCardIndex === undefined ? {} : { NetworkCardIndex: networkCardIndex }),
      }),
    ),
  );
  return AttachmentId;
}

export function deleteOnTermination(
  { ec2, retry }: Ec2Calls,
  id: string,
  AttachmentId: string,
): Promise<unknown> {
  const Attachment = { AttachmentId, DeleteOnTermination: true };
  return retrying(retry, () =>
    ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, Attachment })),
  );
}

export function setSourceDestCheck(
  { ec2, retry }: Ec2Calls,
  id: string,
  Value: boolean,
): Promise<unknown> {
  const SourceDestCheck = { Value };
  return retrying(retry, () =>
    ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, SourceDestCheck }),
    ),
  );
}

/** Deletes an interface; an interface that is already deleted is no error. */
export async function deleteInterface({ ec2, retry }: Ec2Calls, id: string): Promise<void> {
  try {
    await retrying(retry, () =>
      ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id })),
    );
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Checks whether EC2 does not know the interface: not yet, or no longer. */
export function isGone(error: unknown): boolean {
  return /^Invalid(NetworkInterface|Attachment)I[dD]\.NotFound$/.test(nameOf(error));
}

function foundInterface(one: NetworkInterface): FoundInterface {
  const tags = new Map((one.TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  const { Attachment: attachment } = one;
  return {
    id: one.NetworkInterfaceId ?? "",
    deviceIndex: Number(tags.get(TAGS.deviceIndex)),
    instanceId: tags.get(TAGS.instance) ?? "",
    generation: tags.get(TAGS.generation) ?? "",
    status: one.Status ?? "",
    sourceDestCheck: one.SourceDestCheck ?? true,
    ...(attachment?.AttachmentId
      ? {
          attachment: {
            id: attachment.AttachmentId,
            instanceId: attachment.InstanceId ?? "",
            status: attachment.Status ?? "",
            deleteOnTermination: attachment.DeleteOnTermination ?? false,
          },
        }
      : {}),
  };
}
