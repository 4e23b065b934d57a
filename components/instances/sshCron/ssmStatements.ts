import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/iamPolicy";
import { locationOf } from "../../location";
import type { SshCronArgs } from "./args";
import { type Arn, instanceStatements } from "./hostStatements";

/**
 * Commands to the targets, and what becomes of them, for which IAM knows no resource.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function ssmStatements(
  self: pulumi.Resource,
  args: SshCronArgs,
  outputArn: Arn,
): Statement[] {
  const { partition, region } = locationOf(self);
  return [
    {
      sid: "RunScripts",
      actions: ["ssm:SendCommand"],
      // Documents of AWS belong to no account.
      resources: [pulumi.interpolate`arn:${partition}:ssm:${region}::document/AWS-RunShellScript`],
    },
    ...instanceStatements(self, args, "SendCommand", "ssm:SendCommand", {}, "ssm:resourceTag"),
    {
      sid: "Follow",
      actions: ["ssm:CancelCommand", "ssm:GetCommandInvocation", "ssm:ListCommandInvocations"],
      resources: ["*"],
    },
    { sid: "ReadOutput", actions: ["s3:GetObject"], resources: [outputArn] },
    ...(args.logs?.kmsKey === undefined
      ? []
      : [{ sid: "DecryptOutput", actions: ["kms:Decrypt"], resources: [args.logs.kmsKey] }]),
  ];
}
