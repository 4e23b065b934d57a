import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { assumeRolePolicy } from "./iamPolicy";
import { locationOf } from "./location";
import { childName } from "./names";
import type { PolicyException } from "./policyException";

const TYPE = "aws-callbacks:index:ApiAccount";

/**
 * The role through which API Gateway writes logs: one setting for the whole account and region, so it is kept
 * when the stack is destroyed (another stack's APIs log through it).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export class ApiAccount extends pulumi.ComponentResource {
  readonly role: aws.iam.Role;
  readonly account: aws.apigateway.Account;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: policyExceptions(name) }, opts);
    const kept = { parent: this, retainOnDelete: true };
    this.role = new aws.iam.Role(
      childName(name, "role"),
      { assumeRolePolicy: assumeRolePolicy("apigateway.amazonaws.com") },
      kept,
    );
    const policy = new aws.iam.RolePolicy(
      childName(name, "policy"),
      { role: this.role.name, policy: logsPolicy(this) },
      kept,
    );
    this.account = new aws.apigateway.Account(
      name,
      { cloudwatchRoleArn: this.role.arn },
      // API Gateway tries the role before it takes it.
      { ...kept, dependsOn: [policy] },
    );
    this.registerOutputs({ roleArn: this.role.arn });
  }
}

function policyExceptions(name: string): PolicyException[] {
  return [
    {
      rule: "AwsSolutions-IAM5",
      resource: childName(name, "policy"),
      finding: "logs:* on arn:*:log-group:[*]",
      reason:
        "The one role of the account writes for every API, and API Gateway refuses it without these actions on all groups.",
    },
  ];
}

const shared = new WeakMap<object, ApiAccount>();

/** The one ApiAccount of this program, created when the first API asks for it. */
export function sharedApiAccount(): ApiAccount {
  // One for each run of a program: the stack resource is the only thing that lives as long as one.
  const stack: object = pulumi.runtime.getStackResource() ?? sharedApiAccount;
  const known = shared.get(stack) ?? new ApiAccount("api-account");
  shared.set(stack, known);
  return known;
}

/**
 * What API Gateway does with the role, limited to log groups of this account. It asks for all of these when the
 * role is set, whether or not a stage logs: the list is the one of its own managed policy.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAPIGatewayPushToCloudWatchLogs.html
 */
function logsPolicy(account: ApiAccount): pulumi.Output<string> {
  const { accountId, partition, region } = locationOf(account);
  const groups = pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:*`;
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "WriteApiLogs",
        Effect: "Allow",
        Action: [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:DescribeLogGroups",
          "logs:DescribeLogStreams",
          "logs:FilterLogEvents",
          "logs:GetLogEvents",
          "logs:PutLogEvents",
        ],
        Resource: groups,
      },
    ],
  });
}
