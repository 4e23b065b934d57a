import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CallbackOptions } from "./callbackOptions";
import type { Statement } from "../iam/statement";

/** Permissions that Lambda itself needs for a function; a component adds the permissions of the code. */
export function callbackStatements(
  resources: { logGroup: aws.cloudwatch.LogGroup; failureQueue: aws.sqs.Queue | undefined },
  options: Pick<CallbackOptions, "tracing" | "vpc">,
): Statement[] {
  const { logGroup, failureQueue } = resources;
  return [
    {
      sid: "WriteLog",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logGroup.arn}:*`],
    },
    ...(failureQueue
      ? [{ sid: "KeepFailures", actions: ["sqs:SendMessage"], resources: [failureQueue.arn] }]
      : []),
    ...(options.tracing ? [TRACE] : []),
    ...(options.vpc ? VPC : []),
  ];
}

/** Traces have no resource level. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
const TRACE: Statement = {
  sid: "Trace",
  actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  resources: ["*"],
};

const INTERFACE_ACTIONS = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Lambda manages its network interfaces with the function's role and needs these actions on all resources. The code
 * itself is denied them, because only its own calls carry lambda:SourceFunctionArn.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
const VPC: Statement[] = [
  { sid: "JoinVpc", actions: INTERFACE_ACTIONS, resources: ["*"] },
  {
    sid: "NotByCode",
    effect: "Deny",
    actions: INTERFACE_ACTIONS,
    resources: ["*"],
    conditions: { Null: { "lambda:SourceFunctionArn": "false" } },
  },
];
