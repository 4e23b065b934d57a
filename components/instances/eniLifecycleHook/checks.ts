import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  anything,
  argumentError,
  boolean,
  type Check,
  checkArgs,
  type Checks,
  describedError,
  integer,
  isLater,
  list,
  text,
} from "../../validation";
import { LIFECYCLE_HOOK_CHECKS } from "../lifecycleHooks/args";
import type { EniLifecycleHookArgs, InstanceInterface } from "./args";

/** More than any instance type supports: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html */
const MOST_INTERFACES = 15;

const INTERFACE_CHECKS = {
  subnets: anything,
  securityGroups: anything,
  sourceDestCheck: boolean,
  privateIpCount: integer([1, 50], "addresses"),
  ipv6AddressCount: integer([1, 50], "addresses"),
  ipv4PrefixCount: integer([1, 16], "prefixes"),
  ipv6PrefixCount: integer([1, 16], "prefixes"),
  networkCardIndex: integer([0, 31], "cards"),
  deviceIndex: integer([1, 31], "places"),
  description: text(/^[\x20-\x7e]{1,255}$/, "allowed are 1 to 255 printable ASCII characters"),
  tags: ((value, { resource, argument }) => {
    const reserved = Object.keys(Object(value) as object).find((key) =>
      /^aws(:|-callbacks:)/i.test(key),
    );
    if (reserved === undefined) return;
    const allowed = "tags that begin with aws: or aws-callbacks: are reserved";
    throw argumentError(resource, argument, reserved, allowed);
  }) satisfies Check,
} satisfies Checks<InstanceInterface>;

const CHECKS = {
  ...LIFECYCLE_HOOK_CHECKS,
  interfaces: anything,
  instanceTypes: list(text(/^[a-z0-9-]+\.[a-z0-9-]+$/, "allowed is a type such as m7g.large")),
} satisfies Checks<EniLifecycleHookArgs>;

/** @throws pulumi.ResourceError naming the argument. */
export function checkEniLifecycleHook(self: pulumi.Resource, args: EniLifecycleHookArgs): void {
  checkArgs(self, args, CHECKS);
  const { interfaces } = args;
  if (!Array.isArray(interfaces) || interfaces.length < 1 || interfaces.length > MOST_INTERFACES) {
    const given = Array.isArray(interfaces) ? `${interfaces.length} interfaces` : typeof interfaces;
    throw describedError(self, "interfaces", given, `list 1 to ${MOST_INTERFACES} interfaces`);
  }
  const taken = new Set<number>();
  interfaces.forEach((one, index) => {
    const where = `interfaces[${index}]`;
    refuseEfa(self, one, where);
    checkArgs(self, one, INTERFACE_CHECKS, where);
    checkPlaces(self, one, where);
    const place = one.deviceIndex ?? index + 1;
    if (taken.has(place))
      throw argumentError(
        self,
        `${where}.deviceIndex`,
        place,
        "another interface has this device index; give each its own, also on another network card",
      );
    taken.add(place);
  });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html (limitations) */
function refuseEfa(self: pulumi.Resource, one: InstanceInterface, where: string): void {
  const given: unknown = Reflect.get(Object(one), "interfaceType");
  if (given === undefined) return;
  const allowed =
    "only plain interfaces are attached to a running instance; put an Elastic Fabric Adapter into the launch template";
  throw argumentError(self, `${where}.interfaceType`, given, allowed);
}

function checkPlaces(
  self: pulumi.Resource,
  { subnets, securityGroups, ipv4PrefixCount, privateIpCount }: InstanceInterface,
  where: string,
): void {
  const isList = Array.isArray(subnets);
  const entries = Object.entries(Object(subnets) as object);
  if (entries.length === 0 || (isList && !subnets.every((one) => aws.ec2.Subnet.isInstance(one)))) {
    const allowed = "give aws.ec2.Subnet resources, or ids by zone: { 'eu-central-1a': subnet.id }";
    throw describedError(self, `${where}.subnets`, isList ? "a list" : typeof subnets, allowed);
  }
  const noZone = isList ? undefined : entries.find(([zone]) => !/^[a-z]+(-[a-z0-9]+)+$/.test(zone));
  if (noZone)
    throw argumentError(self, `${where}.subnets`, noZone[0], "name zones such as eu-central-1a");
  if (!Array.isArray(securityGroups) || securityGroups.length === 0)
    throw describedError(self, `${where}.securityGroups`, "none", "at least one id is needed");
  const ids: [string, unknown][] = [
    ...(isList ? [] : entries.map(([zone, id]): [string, unknown] => [`subnets.${zone}`, id])),
    ...securityGroups.map((id, index): [string, unknown] => [`securityGroups[${index}]`, id]),
  ];
  const wrong = ids.find(([, id]) => !isLater(id) && (typeof id !== "string" || id === ""));
  if (wrong) throw argumentError(self, `${where}.${wrong[0]}`, wrong[1], "give its id");
  if (ipv4PrefixCount !== undefined && privateIpCount !== undefined && privateIpCount > 1)
    throw argumentError(
      self,
      `${where}.ipv4PrefixCount`,
      ipv4PrefixCount,
      "EC2 takes prefixes or further addresses; leave out privateIpCount",
    );
}

/** Checks the number of interfaces that an instance of each type can have, its first one included. */
export function checkTypes(
  self: pulumi.Resource,
  types: readonly string[],
  count: number,
): pulumi.Output<string[]> {
  return pulumi.output(
    types.map((instanceType) =>
      aws.ec2
        .getInstanceTypeOutput({ instanceType }, { parent: self })
        .maximumNetworkInterfaces.apply((most) => {
          if (most === undefined || count + 1 <= most) return instanceType;
          const message = `interfaces: given ${count}; a ${instanceType} supports ${most} including its first one, so at most ${most - 1}: give fewer, or larger instances.`;
          throw new pulumi.ResourceError(message, self, true);
        }),
    ),
  );
}

/**
 * Checks that an interface has a subnet in each zone of a group. @throws pulumi.ResourceError with the missing zones
 */
export function checkZones(
  self: pulumi.Resource,
  interfaces: readonly { readonly subnets: Readonly<Record<string, string>> }[],
  zones: readonly string[] = [],
): void {
  interfaces.forEach(({ subnets }, index) => {
    const missing = zones.filter((zone) => subnets[zone] === undefined);
    if (missing.length === 0) return;
    const has = Object.keys(subnets).sort().join(", ");
    const message = `interfaces[${index}].subnets: given subnets in ${has}; the group starts instances in ${missing.join(", ")} as well, whose launches would all be abandoned: give a subnet there, or remove the zone from the group.`;
    throw new pulumi.ResourceError(message, self, true);
  });
}
