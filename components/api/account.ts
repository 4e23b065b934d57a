import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { assumeRolePolicy } from "../iam/iamPolicy";
import { locationOf } from "../location";
import { childName } from "../names";
import type { PolicyException } from "../iam/policyException";

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
      // API Gateway tries the role before it takes it. Set once: of two stacks that see each other's role each would else
      // take the setting back, in turns. Either role serves the APIs of both.
      { ...kept, dependsOn: [policy], ignoreChanges: ["cloudwatchRoleArn"] },
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

const TOKEN = "aws:apigateway/account:Account";
const shared = new WeakMap<object, ApiAccount>();

/**
 * The ApiAccount for the APIs of one provider, created when the first of them asks for it: the setting is one for each
 * account and region, which only the provider knows when resources are named.
 *
 * @param api what needs it. With the program's default provider the name is `api-account`, and with another one
 * `api-account-<name of the provider>`.
 */
export function sharedApiAccount(api: pulumi.Resource): ApiAccount {
  const provider = api.getProvider(TOKEN);
  // The monitor lives as long as a run of a program, and so does the account of its default provider.
  const key: object = provider ?? pulumi.runtime.getMonitor() ?? api;
  const known = shared.get(key) ?? createAccount(provider);
  shared.set(key, known);
  return known;
}

function createAccount(provider: pulumi.ProviderResource | undefined): ApiAccount {
  if (!provider) return new ApiAccount("api-account");
  return new ApiAccount(childName("api-account", pulumi.resourceName(provider)), { provider });
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
