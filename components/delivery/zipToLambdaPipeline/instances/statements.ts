import * as pulumi from "@pulumi/pulumi";
import { BUILT_FOLDER } from "../../../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import type { Statement } from "../../../iam/statement";
import { arnsBeside } from "../../../location";
import { PROGRAM_KEY } from "./program";

export interface InstanceScope {
  readonly bucketArn: pulumi.Input<string>;
  readonly queueArn: pulumi.Input<string>;
  readonly logGroupArn: pulumi.Input<string>;
  readonly groupName: string;
}

/** Permissions in addition to those of any worker: those that Lambda itself uses for a function. */
export function instanceStatements(
  self: pulumi.Resource,
  { bucketArn, queueArn, logGroupArn, groupName }: InstanceScope,
): Statement[] {
  return [
    {
      sid: "TakeUploads",
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
      resources: [queueArn],
    },
    {
      sid: "ReadProgram",
      actions: ["s3:GetObjectVersion"],
      resources: [pulumi.interpolate`${bucketArn}/${PROGRAM_KEY}`],
    },
    // Lambda reads it with the worker's permissions.
    {
      sid: "KeepBuilt",
      actions: ["s3:PutObject", "s3:GetObjectVersion"],
      resources: [pulumi.interpolate`${bucketArn}/${BUILT_FOLDER}*`],
    },
    {
      sid: "ProtectItself",
      actions: ["autoscaling:SetInstanceProtection"],
      resources: [groupArn(self, groupName)],
    },
    {
      sid: "WriteLogs",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logGroupArn}:*`],
    },
  ];
}

/** What the checker reads and sets. */
export function checkerStatements(
  self: pulumi.Resource,
  {
    queueArn,
    groupName,
    tickRuleArn,
  }: Pick<InstanceScope, "queueArn" | "groupName"> & {
    readonly tickRuleArn: pulumi.Input<string>;
  },
): Statement[] {
  return [
    { sid: "CountUploads", actions: ["sqs:GetQueueAttributes"], resources: [queueArn] },
    { sid: "SeeWorkers", actions: ["autoscaling:DescribeAutoScalingGroups"], resources: ["*"] },
    {
      sid: "SetWorkers",
      actions: ["autoscaling:SetDesiredCapacity"],
      resources: [groupArn(self, groupName)],
    },
    {
      sid: "LookAgain",
      actions: ["events:EnableRule", "events:DisableRule"],
      resources: [tickRuleArn],
    },
  ];
}

/** A group's ARN contains an id that is unknown before the group exists. */
function groupArn(self: pulumi.Resource, groupName: string): pulumi.Output<string> {
  return arnsBeside(self)("autoscaling", `autoScalingGroup:*:autoScalingGroupName/${groupName}`);
}
