import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { assumeRolePolicy, policyDocument } from "../../iam/iamPolicy";
import type { Statement } from "../../iam/statement";
import { childName } from "../../names";
import type { ZipToLambdaPipelineArgs } from "./args";

export interface AppRole {
  readonly role: aws.iam.Role;
  readonly policy: aws.iam.RolePolicy;
}

/**
 * Creates the one role of all apps. A boundary that allows the same actions limits it to them, whatever is attached to
 * it later.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 *
 * @param logsArn of the logs of all apps.
 */
export function createAppRole(
  self: pulumi.Resource,
  name: string,
  {
    args,
    logsArn,
    failuresArn,
  }: {
    readonly args: ZipToLambdaPipelineArgs;
    readonly logsArn: pulumi.Input<string>;
    readonly failuresArn: pulumi.Input<string>;
  },
): AppRole {
  const opts = { parent: self };
  const { tags, appPermissions = [] } = args;
  const policy = policyDocument(appPermissions, self, ownStatements(logsArn, failuresArn));
  const permissionsBoundary =
    args.permissionsBoundary ??
    new aws.iam.Policy(
      childName(name, "boundary"),
      // Another description would replace the policy, which deployed roles have as their boundary.
      { description: "The most that apps of the pipeline may do.", policy, tags },
      opts,
    ).arn;
  const role = new aws.iam.Role(
    childName(name, "app-role"),
    { assumeRolePolicy: assumeRolePolicy("lambda.amazonaws.com"), permissionsBoundary, tags },
    opts,
  );
  const own = new aws.iam.RolePolicy(
    childName(name, "app-policy"),
    { role: role.name, policy },
    opts,
  );
  return { role, policy: own };
}

/** Permissions that Lambda itself needs for an app. */
function ownStatements(
  logsArn: pulumi.Input<string>,
  failuresArn: pulumi.Input<string>,
): Statement[] {
  return [
    {
      sid: "WriteLogs",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logsArn}:*`],
    },
    { sid: "KeepFailures", actions: ["sqs:SendMessage"], resources: [failuresArn] },
  ];
}
