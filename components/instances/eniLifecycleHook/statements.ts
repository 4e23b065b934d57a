import * as pulumi from "@pulumi/pulumi";
import { TAGS } from "../../../callbacks/instances/eniLifecycleHook/model";
import type { Statement } from "../../iam/statement";
import { locationOf } from "../../location";
import type { GroupScope } from "../lifecycleHooks/groups";
import type { InstanceInterface } from "./args";

/** Permissions for interfaces: to create them in the given subnets, and to change only the component's own ones. */
export function interfaceStatements(
  self: pulumi.Resource,
  hookId: string,
  interfaces: readonly InstanceInterface[],
): Statement[] {
  const arn = arnsOf(self);
  const subnets = interfaces.flatMap(({ subnets: given }) =>
    Array.isArray(given) ? given.map(({ id }) => id) : Object.values(given),
  );
  const groups = interfaces.flatMap(({ securityGroups }) => securityGroups);
  const any = [arn("network-interface/*")];
  const own = { StringEquals: { [`ec2:ResourceTag/${TAGS.hook}`]: hookId } };
  const made = { [`aws:RequestTag/${TAGS.hook}`]: hookId };
  return [
    {
      sid: "Look",
      actions: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeLifecycleHooks",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
      ],
      resources: ["*"],
    },
    {
      sid: "CreateThere",
      actions: ["ec2:CreateNetworkInterface"],
      resources: distinct([
        ...subnets.map((id) => arn(pulumi.interpolate`subnet/${id}`)),
        ...groups.map((id) => arn(pulumi.interpolate`security-group/${id}`)),
      ]),
    },
    {
      sid: "CreateOwn",
      actions: ["ec2:CreateNetworkInterface"],
      resources: any,
      conditions: { StringEquals: made },
    },
    {
      sid: "TagOwn",
      actions: ["ec2:CreateTags"],
      resources: any,
      conditions: { StringEquals: { "ec2:CreateAction": "CreateNetworkInterface", ...made } },
    },
    {
      sid: "HandleOwn",
      actions: [
        "ec2:AttachNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:ModifyNetworkInterfaceAttribute",
      ],
      resources: any,
      conditions: own,
    },
  ];
}

/** Permissions for a group and its instances. */
export function groupStatements(
  self: pulumi.Resource,
  { arns, ofInstances }: GroupScope,
  suspends: boolean,
): Statement[] {
  return [
    {
      sid: "Answer",
      actions: [
        "autoscaling:CompleteLifecycleAction",
        "autoscaling:RecordLifecycleActionHeartbeat",
        ...(suspends ? ["autoscaling:SuspendProcesses"] : []),
      ],
      resources: arns,
    },
    {
      sid: "AttachToInstances",
      actions: ["ec2:AttachNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"],
      resources: [arnsOf(self)("instance/*")],
      conditions: ofInstances,
    },
  ];
}

function arnsOf(self: pulumi.Resource) {
  const { accountId, partition, region } = locationOf(self);
  return (resource: pulumi.Input<string>): pulumi.Output<string> =>
    pulumi.interpolate`arn:${partition}:ec2:${region}:${accountId}:${resource}`;
}

/** Removes duplicates: the same Output may be given twice. */
function distinct(arns: readonly pulumi.Output<string>[]): pulumi.Output<string>[] {
  return [...new Set(arns)];
}
