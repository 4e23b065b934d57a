import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/statement";
import { locationOf } from "../../location";
import type { SshCronArgs } from "./args";
import { type Arn, instanceStatements } from "./hostStatements";

/**
 * Permissions to send commands to the targets, and to read their results, which have no resource level.
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
      // AWS's documents have no account id.
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
