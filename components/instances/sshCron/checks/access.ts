import type * as pulumi from "@pulumi/pulumi";
import { argumentError, describedError, text } from "../../../validation";
import type { SshCronArgs, SshKey, SshTarget } from "../args";
import { keysOf } from "../given";
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
  if (!("host" in target)) return;
  hostName(target.host, { resource: self, argument: `${argument}.host` });
  if (target.port !== undefined)
    port(target.port, { resource: self, argument: `${argument}.port` });
  pins(target.hostKeys, { resource: self, argument: `${argument}.hostKeys` });
}

export function checkKey(self: pulumi.Resource, key: SshKey, argument: string): void {
  const kinds = ["bucket", "ssmParameter", "secret", "instanceConnect"];
  const given = kinds.filter((kind) => typeof key === "object" && key && kind in key);
  const allowed = `allowed is the place of a key, an object with one of ${kinds.join(", ")}; never the key itself`;
  if (given.length !== 1)
    throw describedError(self, argument, given.join(" and ") || typeof key, allowed);
  if ("bucket" in key)
    text(/^.{1,1024}$/, "give the key of the object")(key.key, {
      resource: self,
      argument: `${argument}.key`,
    });
}

export function checkNetwork(self: pulumi.Resource, args: SshCronArgs): void {
  const { network } = args;
  const allowed =
    'give { vpcId, subnetIds }, or { public: "why the internet may reach the hosts" }';
  if (typeof network !== "object" || network === null)
    throw argumentError(self, "network", network, allowed);
  if ("public" in network) {
    if (typeof network.public === "string" && network.public.trim().length > 10) return;
    throw argumentError(
      self,
      "network.public",
      network.public,
      "say in a sentence why that is right here",
    );
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
  const kind = Object.keys(far)[0];
  const service = {
    instanceConnect: "EC2 Instance Connect, which has no endpoint in a VPC",
    ssmParameter: "Systems Manager, whose endpoint in a VPC is billed by the hour",
    secret: "Secrets Manager, whose endpoint in a VPC is billed by the hour",
  }[kind];
  throw describedError(
    self,
    "key",
    `${kind} in a VPC without a way out`,
    `it needs ${service}; keep the key in S3 ({ bucket, key }), or say nat: true when the subnets have a NAT gateway or that endpoint, or run outside of the VPC ({ public: "why" })`,
  );
}
