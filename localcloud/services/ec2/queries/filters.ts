import type { Filter } from "@aws-sdk/client-ec2";
import { MANY, matchesWildcard, ONE, type Wildcard } from "../../../core/wildcard";
import { invalidParameter } from "../api";
import { FILTER_NAMES, type FilteredOperation } from "./filterNames";
import type { Stored } from "../store";

/** Filters of all operations whose names differ from the member that they match. */
const ALIASES: Readonly<Record<string, string>> = {
  cidr: "cidr-block",
  isDefault: "default",
};

/** The same for one operation; some members are in another one. */
const PATHS: Readonly<Partial<Record<FilteredOperation, Readonly<Record<string, string>>>>> = {
  DescribeImages: {
    ...Object.fromEntries(
      ["delete-on-termination", "encrypted", "snapshot-id", "volume-size", "volume-type"].map(
        (name) => [`block-device-mapping.${name}`, `block-device-mapping.ebs.${name}`],
      ),
    ),
    "is-public": "public",
    "manifest-location": "image-location",
    "owner-alias": "image-owner-alias",
    "product-code": "product-codes.product-code-id",
    "product-code.type": "product-codes.product-code-type",
    "state-reason-code": "state-reason.code",
    "state-reason-message": "state-reason.message",
  },
  DescribeInstanceStatus: {
    "instance-state-code": "instance-state.code",
    "instance-state-name": "instance-state.name",
    "instance-status.reachability": "instance-status.details.status",
    "system-status.reachability": "system-status.details.status",
  },
  DescribeInstanceTypes: {
    "supported-usage-class": "supported-usage-classes",
  },
  DescribeInstances: {
    "availability-zone": "placement.availability-zone",
    "dns-name": "public-dns-name",
    "instance-state-code": "state.code",
    "instance-state-name": "state.name",
    "instance.group-id": "security-groups.group-id",
    "instance.group-name": "security-groups.group-name",
    "ip-address": "public-ip-address",
    "launch-index": "ami-launch-index",
    "monitoring-state": "monitoring.state",
    reason: "state-transition-reason",
    tenancy: "placement.tenancy",
  },
  DescribeKeyPairs: { fingerprint: "key-fingerprint" },
  DescribeNetworkInterfaces: {
    "addresses.primary": "private-ip-addresses.primary",
    "addresses.private-ip-address": "private-ip-addresses.private-ip-address",
    "group-id": "groups.group-id",
    "group-name": "groups.group-name",
  },
  DescribeRouteTables: Object.fromEntries(
    FILTER_NAMES.DescribeRouteTables.trim()
      .split(/\s+/)
      .map((name) => [name, name.replace(/^(association|route)\./, "$1s.")]),
  ),
  DescribeSecurityGroups: Object.fromEntries(
    ["ip-permission", "egress.ip-permission"].flatMap((name) => {
      const list = name.startsWith("egress") ? "ip-permissions-egress" : "ip-permissions";
      return [
        [`${name}.cidr`, `${list}.ip-ranges.cidr-ip`],
        [`${name}.from-port`, `${list}.from-port`],
        [`${name}.group-id`, `${list}.user-id-group-pairs.group-id`],
        [`${name}.group-name`, `${list}.user-id-group-pairs.group-name`],
        [`${name}.ipv6-cidr`, `${list}.ipv6-ranges.cidr-ipv6`],
        [`${name}.prefix-list-id`, `${list}.prefix-list-ids.prefix-list-id`],
        [`${name}.protocol`, `${list}.ip-protocol`],
        [`${name}.to-port`, `${list}.to-port`],
        [`${name}.user-id`, `${list}.user-id-group-pairs.user-id`],
      ];
    }),
  ),
  DescribeVpcEndpoints: { "vpc-endpoint-state": "state" },
  DescribeVpcs: {
    "cidr-block-association.cidr-block": "cidr-block",
  },
};

/**
 * Refuses a filter that the operation does not have.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export function checkFilters(
  operation: FilteredOperation,
  filters: readonly Filter[] | undefined,
): void {
  const names = FILTER_NAMES[operation].trim().split(/\s+/);
  for (const { Name = "", Values = [] } of filters ?? []) {
    if (!names.includes(Name) && !/^tag(-key$|-value$|:.)/.test(Name))
      throw invalidParameter(`The filter '${Name}' is invalid`);
    Values.forEach(patternOf);
  }
}

/**
 * Checks whether a resource has one of the values of each filter. A filter's name is the kebab case of the member that
 * it matches, and a member that the answer does not have matches nothing.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
 */
export function matches(
  one: Pick<Stored<unknown>, "shape" | "tags">,
  operation: FilteredOperation,
  filters: readonly Filter[] | undefined,
): boolean {
  return (filters ?? []).every(({ Name = "", Values = [] }) =>
    valuesOf(one, PATHS[operation]?.[Name] ?? ALIASES[Name] ?? Name).some((value) =>
      Values.some((wanted) => matchesWildcard(patternOf(wanted), value)),
    ),
  );
}

/**
 * Returns the values that a filter matches: `instance-state-name` is `State.Name`, `vpc-id` is `VpcId`,
 * `group.group-id` looks into lists.
 */
function valuesOf(
  { shape, tags }: Pick<Stored<unknown>, "shape" | "tags">,
  path: string,
): string[] {
  if (path === "tag-key") return [...tags.keys()];
  if (path === "tag-value") return [...tags.values()];
  if (path.startsWith("tag:")) return [tags.get(path.slice(4))].filter((one) => one !== undefined);
  let found: unknown[] = [shape];
  for (const part of path.split(".")) {
    const wanted = part.replaceAll("-", "").toLowerCase();
    found = found.flatMap((one) =>
      Object.entries(one ?? {}).flatMap(([key, value]): unknown[] =>
        [wanted, `is${wanted}`, `${wanted}s`].includes(key.toLowerCase()) ? [value].flat() : [],
      ),
    );
  }
  return found.flatMap((one) =>
    one === undefined ? [] : one instanceof Date ? one.toISOString() : String(one),
  );
}

/**
 * Returns the pattern of a value: `*` is any number of characters, `?` is one character, and `\` before one of them, or
 * before itself, makes it an ordinary character.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */
function patternOf(value: string): Wildcard {
  const pieces = value.match(/\\?[^]/g) ?? [];
  return pieces.map((piece) => {
    if (piece === "*") return MANY;
    if (piece === "?") return ONE;
    // Text from https://github.com/hashicorp/packer/issues/6572
    if (piece.startsWith("\\") && !/^\\[*?\\]$/.test(piece))
      throw invalidParameter(`Invalid filter value: The escape sequence '${piece}' is invalid`);
    return piece.slice(-1);
  });
}
