import { type EC2Client, type Instance, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { atOnce } from "../../atOnce";
import type { SshHost } from "./model";
import {
  type SshCronFunctions,
  type SshCronSettings,
  staticId,
  type TargetQuery,
} from "./settings";
import { visible } from "./visible";

export const deploymentOnlyModule = true;

/** Finds the hosts of an occurrence by id, each once. */
export async function findHosts(
  ec2: EC2Client,
  settings: SshCronSettings,
  { where }: SshCronFunctions,
  queries: readonly TargetQuery[],
): Promise<SshHost[]> {
  const hosts = new Map<string, SshHost>();
  for (const query of queries) {
    const Filters = [
      { Name: "instance-state-name", Values: ["running"] },
      ...query.map(({ Name, Values }) => ({ Name, Values: [...Values] })),
    ];
    const pages = paginateDescribeInstances({ client: ec2, pageSize: 1000 }, { Filters });
    for await (const { Reservations = [] } of pages)
      for (const { Instances = [] } of Reservations)
        for (const instance of Instances) {
          const host = hostOf(instance, settings);
          hosts.set(host.id, host);
        }
  }
  for (const { host, port = 22 } of settings.staticHosts) {
    const id = staticId({ host, port });
    hosts.set(id, { id, kind: "static", name: id, address: host, port, tags: {} });
  }
  const found = [...hosts.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  return where ? found.filter((host) => atOnce("where", where(host))) : found;
}

/**
 * Describes an instance as a host. If it lacks the requested address or port, the address is empty: the run then
 * reports it.
 */
export function hostOf(instance: Instance, { address, port }: SshCronSettings): SshHost {
  const { InstanceId = "", Tags = [], Placement, InstanceType } = instance;
  const tags = Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
  const addresses = {
    private: instance.PrivateIpAddress,
    public: instance.PublicIpAddress,
    ipv6: instance.Ipv6Address,
  };
  return {
    id: InstanceId,
    kind: "instance",
    name: visible(tags.Name ?? InstanceId, 80),
    address: addresses[address] ?? "",
    port: typeof port === "number" ? port : portIn(tags[port.tag]),
    ...(Placement?.AvailabilityZone ? { zone: Placement.AvailabilityZone } : {}),
    ...(InstanceType ? { instanceType: InstanceType } : {}),
    tags,
  };
}

/** Returns 22 without the tag, 0 for an invalid port. */
function portIn(tag: string | undefined): number {
  if (tag === undefined) return 22;
  const port = /^\d{1,5}$/.test(tag) ? Number(tag) : 0;
  return port <= 65_535 ? port : 0;
}
