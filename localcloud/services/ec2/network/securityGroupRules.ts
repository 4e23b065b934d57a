import { isDeepStrictEqual } from "node:util";
import type { IpPermission } from "@aws-sdk/client-ec2";
import { ec2Error, invalidParameter } from "../api";
import { canonicalBlock } from "./cidr";

/** A request that adds or removes rules: a list, or one rule in members of its own. */
export interface RuleRequest {
  readonly IpPermissions?: IpPermission[];
  readonly IpProtocol?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly CidrIp?: string;
}

const SOURCES = ["IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds"] as const;

/** Returns the rules of a request, each with one source. @throws for rules that EC2 refuses */
export function rulesOf({ IpPermissions, ...single }: RuleRequest): IpPermission[] {
  const { IpProtocol, FromPort, ToPort, CidrIp } = single;
  const given = IpPermissions ?? [
    { IpProtocol, FromPort, ToPort, ...(CidrIp !== undefined && { IpRanges: [{ CidrIp }] }) },
  ];
  return given.flatMap((permission) => {
    checkPorts(permission);
    const rules = separate(permission);
    if (rules.length === 0)
      throw ec2Error(
        "MissingParameter",
        "Missing source specification: include source security group or CIDR information",
      );
    return rules;
  });
}

/** Returns the same rules, one for each source. */
export function separate(permission: IpPermission): IpPermission[] {
  const { IpProtocol, FromPort, ToPort } = permission;
  const traffic = { IpProtocol, ...(IpProtocol !== "-1" && { FromPort, ToPort }) };
  const none = { IpRanges: [], Ipv6Ranges: [], UserIdGroupPairs: [], PrefixListIds: [] };
  return SOURCES.flatMap((kind) =>
    (permission[kind] ?? []).map((source) => ({
      ...traffic,
      ...none,
      [kind]: ["CidrIp" in source ? { ...source, CidrIp: canonical(source.CidrIp) } : source],
    })),
  );
}

/** Returns rules as EC2 shows them: one permission for each protocol and range of ports. */
export function merged(rules: readonly IpPermission[]): IpPermission[] {
  const shown: IpPermission[] = [];
  for (const rule of rules) {
    const known = shown.findIndex((one) => isDeepStrictEqual(trafficOf(one), trafficOf(rule)));
    if (known < 0) shown.push(rule);
    else shown[known] = withSources(shown[known], rule);
  }
  return shown;
}

/** Whether two rules with one source are the same, whatever their descriptions are. */
export function isSameRule(one: IpPermission, other: IpPermission): boolean {
  return isDeepStrictEqual(withoutDescription(one), withoutDescription(other));
}

function withSources(one: IpPermission, other: IpPermission): IpPermission {
  return {
    ...one,
    IpRanges: [...(one.IpRanges ?? []), ...(other.IpRanges ?? [])],
    Ipv6Ranges: [...(one.Ipv6Ranges ?? []), ...(other.Ipv6Ranges ?? [])],
    UserIdGroupPairs: [...(one.UserIdGroupPairs ?? []), ...(other.UserIdGroupPairs ?? [])],
    PrefixListIds: [...(one.PrefixListIds ?? []), ...(other.PrefixListIds ?? [])],
  };
}

function trafficOf({ IpProtocol, FromPort, ToPort }: IpPermission): IpPermission {
  return { IpProtocol, FromPort, ToPort };
}

function withoutDescription(rule: IpPermission): object {
  const sources = SOURCES.map((kind) =>
    (rule[kind] ?? []).map((source) => ({ ...source, Description: undefined })),
  );
  return { ...trafficOf(rule), sources };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html */
function canonical(block = ""): string {
  const found = canonicalBlock(block);
  if (found === undefined) throw invalidParameter(`CIDR block ${block} is malformed`);
  return found;
}

const MAX_PORT = 65_535;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
function checkPorts({ IpProtocol, FromPort, ToPort }: IpPermission): void {
  if (IpProtocol === undefined)
    throw ec2Error("MissingParameter", "The request must contain the parameter ipProtocol");
  if (!["tcp", "udp", "6", "17"].includes(IpProtocol.toLowerCase())) return;
  if (FromPort === undefined || ToPort === undefined)
    throw invalidParameter(
      "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    );
  for (const port of [FromPort, ToPort])
    if (port < 0 || port > MAX_PORT)
      throw ec2Error("InvalidPermission.Malformed", `TCP/UDP port (${port}) out of range`);
  if (FromPort > ToPort)
    throw invalidParameter(`Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
}
