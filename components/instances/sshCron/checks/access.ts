import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { staticId } from "../../../../callbacks/instances/sshCron/settings";
import { checkParameterName } from "../../../iam/parameterArn";
import { checkSecretArn } from "../../../iam/secretArn";
import { argumentError, checkNamed, describedError, isLater } from "../../../validation";
import type { SshCronArgs, SshKey, SshTarget } from "../args";
import { keysOf, targetsOf } from "../given";
import { hostName, pins, port } from "./forms";

export function checkTarget(self: pulumi.Resource, target: SshTarget, argument: string): void {
  const kinds = ["tag", "filters", "group", "instances", "host"];
  const given = kinds.filter((kind) => typeof target === "object" && target && kind in target);
  if (given.length !== 1) {
    const allowed = `allowed is an object with one of ${kinds.join(", ")}`;
    throw describedError(self, argument, given.join(" and ") || typeof target, allowed);
  }
  if ("tag" in target && target.value === undefined)
    throw argumentError(self, `${argument}.value`, undefined, "give the value of the tag");
  if ("instances" in target) checkInstanceIds(self, target.instances, `${argument}.instances`);
  if ("filters" in target) checkFilters(self, target.filters, `${argument}.filters`);
  if ("group" in target)
    checkNamed(self, `${argument}.group`, target.group, (one) =>
      aws.autoscaling.Group.isInstance(one),
    );
  if (!("host" in target)) return;
  hostName(target.host, { resource: self, argument: `${argument}.host` });
  if (target.port !== undefined)
    port(target.port, { resource: self, argument: `${argument}.port` });
  pins(target.hostKeys, { resource: self, argument: `${argument}.hostKeys` });
}

/** Checks ids of instances; those of instances that the program creates are not known yet. */
function checkInstanceIds(self: pulumi.Resource, ids: unknown, argument: string): void {
  if (!Array.isArray(ids) || ids.length === 0)
    throw argumentError(self, argument, ids, "list ids of instances, such as i-0123456789abcdef0");
  ids.forEach((id: unknown, index) => {
    if (typeof id === "object" || (typeof id === "string" && /^i-[0-9a-f]+$/.test(id))) return;
    const allowed =
      'give the id of an instance, such as i-0123456789abcdef0; by a name: { tag: "Name", value }';
    throw argumentError(self, `${argument}[${index}]`, id, allowed);
  });
}

function checkFilters(self: pulumi.Resource, filters: unknown, argument: string): void {
  const isFilter = (one: unknown): boolean => {
    const { name, values } = Object(one) as { name?: unknown; values?: unknown };
    return typeof name === "string" && Array.isArray(values) && values.length > 0;
  };
  if (Array.isArray(filters) && filters.length > 0 && filters.every(isFilter)) return;
  const allowed =
    'list filters of DescribeInstances, such as { name: "tag:Role", values: ["web"] }';
  throw describedError(self, argument, Array.isArray(filters) ? "a list" : typeof filters, allowed);
}

/** Refuses duplicate hosts: records are stored per host. */
export function checkStaticHosts(self: pulumi.Resource, args: SshCronArgs): void {
  const seen = new Set<string>();
  targetsOf(args).forEach((target, index) => {
    if (!("host" in target)) return;
    const id = staticId(target);
    if (seen.has(id))
      throw argumentError(
        self,
        `targets[${index}]`,
        id,
        "it is a target already; give both of its hostKeys there",
      );
    seen.add(id);
  });
}

/** Refuses hosts without an instance id: EC2 Instance Connect works with instances only. Jump hosts are checked too. */
export function checkTemporaryKeys(self: pulumi.Resource, args: SshCronArgs): void {
  const keys = keysOf(args);
  if (!keys || !keys.every((key) => "instanceConnect" in key)) return;
  const other = "give a key that is stored, { bucket, key }, beside it or instead";
  targetsOf(args).forEach((target, index) => {
    if (!("host" in target)) return;
    const allowed = `EC2 Instance Connect supports only instances; ${other}`;
    throw argumentError(self, `targets[${index}].host`, target.host, allowed);
  });
  (args.jumpHosts ?? []).forEach(({ host, instanceId }, index) => {
    if (instanceId !== undefined) return;
    const allowed = `EC2 Instance Connect needs the id of an instance; give its instanceId, or ${other.replace("give ", "")}`;
    throw argumentError(self, `jumpHosts[${index}].host`, host, allowed);
  });
}

export function checkKey(self: pulumi.Resource, key: SshKey, argument: string): void {
  const kinds = ["bucket", "ssmParameter", "secret", "instanceConnect"];
  const given = kinds.filter((kind) => typeof key === "object" && key && kind in key);
  const allowed = `allowed is the location of a key, an object with one of ${kinds.join(", ")}; never the key itself`;
  if (given.length !== 1)
    throw describedError(self, argument, given.join(" and ") || typeof key, allowed);
  if ("bucket" in key) checkObjectKey(self, key.key, `${argument}.key`);
  // Before any resource exists, if it can be known then.
  if ("ssmParameter" in key && !isLater(key.ssmParameter))
    checkParameterName(self, `${argument}.ssmParameter`, key.ssmParameter);
  if ("secret" in key && !isLater(key.secret))
    checkSecretArn(self, `${argument}.secret`, key.secret);
}

/** Refuses a wrong key without showing it: a caller who passes the key itself may have passed a private key. */
function checkObjectKey(self: pulumi.Resource, key: unknown, argument: string): void {
  if (typeof key === "string" && /^.{1,1024}$/.test(key)) return;
  const given = typeof key === "string" ? `a text of ${key.length} characters` : typeof key;
  throw describedError(
    self,
    argument,
    given,
    "give the key of the object, of 1 to 1024 characters",
  );
}

export function checkNetwork(self: pulumi.Resource, args: SshCronArgs): void {
  const { network, transport } = args;
  if (transport === "ssm") return;
  const allowed =
    'give { vpcId, subnetIds }, or { public: "why the internet may reach the hosts" }';
  if (typeof network !== "object" || network === null)
    throw argumentError(self, "network", network, allowed);
  if ("public" in network) {
    if (typeof network.public === "string" && network.public.trim().length > 10) return;
    throw argumentError(self, "network.public", network.public, "give a sentence that says why");
  }
  if (
    network.vpcId === undefined ||
    !Array.isArray(network.subnetIds) ||
    network.subnetIds.length === 0
  )
    throw describedError(self, "network", "no vpcId and subnetIds", allowed);
  if (network.nat) return;
  const far = keysOf(args)?.find((key) => !("bucket" in key));
  if (far === undefined) return;
  const [kind = ""] = Object.keys(far);
  const service = {
    instanceConnect: "EC2 Instance Connect, which has no endpoint in a VPC",
    ssmParameter: "Systems Manager, whose endpoint in a VPC is billed by the hour",
    secret: "Secrets Manager, whose endpoint in a VPC is billed by the hour",
  }[kind];
  throw describedError(
    self,
    "key",
    `${kind} in a VPC without internet access`,
    `it needs ${service}; keep the key in S3 ({ bucket, key }), or say nat: true when the subnets have a NAT gateway or that endpoint, or run outside of the VPC ({ public: "why" })`,
  );
}
