import * as pulumi from "@pulumi/pulumi";
import { BUILT_FOLDER } from "../../../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import type { Statement } from "../../../iam/iamPolicy";
import { arnsBeside } from "../../../location";
import { PROGRAM_KEY } from "./program";

export interface InstanceScope {
  readonly bucketArn: pulumi.Input<string>;
  readonly queueArn: pulumi.Input<string>;
  readonly logGroupArn: pulumi.Input<string>;
  readonly groupName: string;
}

/** Beside what any worker may: what Lambda does for a function in its name. */
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
    // Lambda reads it in the worker's name.
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

/** What the checker looks at, and what it sets. */
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

/** A group's ARN has an id that nobody knows before. */
function groupArn(self: pulumi.Resource, groupName: string): pulumi.Output<string> {
  return arnsBeside(self)("autoscaling", `autoScalingGroup:*:autoScalingGroupName/${groupName}`);
}
