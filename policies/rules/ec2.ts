import {
  get,
  isGiven,
  list,
  type PolicyResource,
  type Rule,
  asBlock,
  type Block,
  textOf,
} from "../rule";
import { isCredential } from "./credentials";

const GROUP = "aws:autoscaling/group:Group";
const INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const INSTANCE = "aws:ec2/instance:Instance";
const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const SUBNET = "aws:ec2/subnet:Subnet";
const VOLUME = "aws:ebs/volume:Volume";

export const ec2Rules: readonly Rule[] = [
  {
    ids: ["AwsSolutions-EC23", "CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277"],
    requires:
      "A port is open to those who need it, not to the internet; name a security group or narrower addresses.",
    types: [SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE],
    check: (resource) =>
      ingress(resource)
        .filter((rule) => ADDRESSES.some((key) => everywhere(rule[key])))
        .map((rule) => `the internet reaches ${ports(rule)}`),
  },
  {
    ids: ["AwsSolutions-EC27", "CKV_AWS_23"],
    requires:
      "A security group says what it is for, or nobody dares to close it; describe it and each of its rules.",
    types: [SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE],
    check: (resource) => {
      const undescribed = isDescribed(get(resource, "description")) ? [] : ["no description"];
      const inner = resource.type === SECURITY_GROUP ? ingress(resource) : [];
      const rules = inner.filter(({ description }) => !isDescribed(description));
      return [...undescribed, ...rules.map((rule) => `no description of ${ports(rule)}`)];
    },
  },
  {
    ids: ["CKV2_AWS_5"],
    requires:
      "A security group is used, or it is an open door that nobody watches; attach or remove it.",
    types: [SECURITY_GROUP],
    checkInStack: (group, stack) =>
      stack.resources.some(
        ({ urn, type, sources }) =>
          urn !== group.urn &&
          !/^aws:(ec2|vpc)\/securityGroup/.test(type) &&
          Object.values(sources).some((urns) => urns.includes(group.urn)),
      )
        ? []
        : ["nothing of this stack uses it"],
  },
  {
    ids: ["AwsSolutions-EC26", "CKV_AWS_8"],
    requires: "Disks are encrypted; set encrypted on every volume and block device.",
    types: [VOLUME, INSTANCE, LAUNCH_TEMPLATE],
    check: (resource) =>
      disks(resource)
        .filter(({ encrypted }) => String(encrypted) !== "true")
        .map(({ title }) => `${title} is not encrypted`),
  },
  {
    ids: ["AwsSolutions-AS2"],
    requires:
      "A group notices an instance that no longer answers; set healthCheckType, and for ELB healthCheckGracePeriod.",
    types: [GROUP],
    check: (group) => {
      const type = get(group, "healthCheckType");
      if (type === undefined) return ["it has no healthCheckType"];
      if (type !== "ELB" || get(group, "healthCheckGracePeriod") !== undefined) return [];
      return ["it has no healthCheckGracePeriod"];
    },
  },
  {
    ids: ["CKV_AWS_315"],
    requires:
      "A group launches from a template, because launch configurations get no new features; set launchTemplate.",
    types: [GROUP],
    check: (group) =>
      isGiven(group, "launchTemplate") || isGiven(group, "mixedInstancesPolicy")
        ? []
        : ["it has no launchTemplate"],
  },
  {
    ids: ["CKV_AWS_46"],
    requires:
      "Anyone who may describe an instance reads its user data; read secrets at start instead.",
    types: [INSTANCE, LAUNCH_TEMPLATE],
    check: (resource) => {
      const plain = textOf(get(resource, "userData"));
      const encoded = textOf(get(resource, "userDataBase64"), plain);
      const texts = [plain, Buffer.from(encoded, "base64").toString()];
      const holds = texts.flatMap((text) => text.split(/\s+/)).some(isCredentialWord);
      return holds ? ["its user data holds a credential"] : [];
    },
  },
  {
    ids: ["CKV_AWS_79"],
    requires:
      "Credentials of an instance need a session token (IMDSv2), or a tricked request leaks them; set " +
      "metadataOptions.httpTokens to required.",
    types: [INSTANCE, LAUNCH_TEMPLATE],
    check: (resource) =>
      hasNoMetadata(resource) || get(resource, "metadataOptions.httpTokens") === "required"
        ? []
        : ["IMDSv1 is allowed"],
  },
  {
    ids: ["CKV_AWS_341"],
    requires:
      "Containers on an instance do not reach its credentials; set metadataOptions.httpPutResponseHopLimit to 1.",
    types: [INSTANCE, LAUNCH_TEMPLATE],
    check: (resource) => {
      const hops = Number(get(resource, "metadataOptions.httpPutResponseHopLimit") ?? 1);
      return hops <= 1 || hasNoMetadata(resource) ? [] : [`metadata travels ${hops} hops`];
    },
  },
  {
    ids: ["CKV_AWS_88"],
    requires: "An instance has no public address; leave associatePublicIpAddress off.",
    types: [INSTANCE, LAUNCH_TEMPLATE],
    check: (resource) =>
      [resource.props, ...list(resource, "networkInterfaces").map(asBlock)]
        .filter((one) => String(Reflect.get(one, "associatePublicIpAddress")) === "true")
        .map(() => "it gets a public address"),
  },
  {
    ids: ["CKV_AWS_130"],
    requires: "A subnet gives out no public addresses by itself; leave mapPublicIpOnLaunch off.",
    types: [SUBNET],
    check: (subnet) =>
      get(subnet, "mapPublicIpOnLaunch") === true ? ["mapPublicIpOnLaunch is on"] : [],
  },
  {
    ids: ["CKV2_AWS_41"],
    requires: "An instance has a role, or keys end up on its disk; set iamInstanceProfile.",
    types: [INSTANCE],
    check: (instance) =>
      isGiven(instance, "iamInstanceProfile") ? [] : ["it has no iamInstanceProfile"],
  },
];

/** Without an endpoint nothing is reachable. */
function hasNoMetadata(resource: PolicyResource): boolean {
  return get(resource, "metadataOptions.httpEndpoint") === "disabled";
}

const ADDRESSES = ["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"];

/** Returns the inbound rules of a group, or the rule that a resource itself is. */
function ingress(resource: PolicyResource): Block[] {
  if (resource.type === SECURITY_GROUP) return list(resource, "ingress").map(asBlock);
  const isOutgoing = resource.type === SECURITY_GROUP_RULE && get(resource, "type") !== "ingress";
  return isOutgoing ? [] : [resource.props];
}

function everywhere(addresses: unknown): boolean {
  return [addresses].flat().some((cidr) => cidr === "0.0.0.0/0" || cidr === "::/0");
}

function ports({ fromPort, toPort }: Block): string {
  if (fromPort === undefined || (fromPort === 0 && toPort === 0)) return "every port";
  return fromPort === toPort
    ? `port ${textOf(fromPort)}`
    : `ports ${textOf(fromPort)} to ${textOf(toPort)}`;
}

function isDescribed(description: unknown): boolean {
  return Boolean(description) && !/^Managed by (Pulumi|Terraform)$/.test(String(description));
}

function disks(resource: PolicyResource): { title: string; encrypted: unknown }[] {
  if (resource.type === VOLUME) return [{ title: "it", encrypted: get(resource, "encrypted") }];
  if (resource.type === LAUNCH_TEMPLATE)
    return list(resource, "blockDeviceMappings").flatMap((mapping) => {
      const { deviceName, ebs } = asBlock(mapping);
      return ebs ? [{ title: String(deviceName), encrypted: asBlock(ebs).encrypted }] : [];
    });
  const root = {
    deviceName: "the root disk",
    ...Object(get(resource, "rootBlockDevice")),
  } as Block;
  const others = list(resource, "ebsBlockDevices").map((device) => Object(device) as Block);
  return [root, ...others].map(({ deviceName, encrypted }) => ({
    title: String(deviceName),
    encrypted,
  }));
}

/** Checks `NAME=value` or a value alone, as in scripts. */
function isCredentialWord(word: string): boolean {
  const [, name = "", value = word] = /^(?:export)?(\w+)=["']?([^"']*)/.exec(word) ?? [];
  return isCredential(name, value) && !value.startsWith("$");
}
