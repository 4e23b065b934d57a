import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { assumeRolePolicy } from "../iam/iamPolicy";
import { locationOf } from "../location";
import { childName } from "../names";
import type { PolicyException } from "../iam/policyException";

const TYPE = "aws-callbacks:index:ApiAccount";

/**
 * The role with which API Gateway writes logs. It is one setting for the whole account and region, so it is kept when
 * the stack is destroyed: APIs of other stacks log through it.
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
      // API Gateway tests the role when it is set. Changes are ignored: two stacks that see each other's role would
      // otherwise overwrite the setting in turns. Either role works for the APIs of both.
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
        "The account's one role writes the logs of every API, and API Gateway refuses the role without these actions on all groups.",
    },
  ];
}

const TOKEN = "aws:apigateway/account:Account";
const shared = new WeakMap<object, ApiAccount>();

/**
 * Returns the ApiAccount for the APIs of one provider; the first call creates it. The setting exists once for each
 * account and region, and only the provider knows these when resources are named.
 *
 * @param api the resource that needs it. With the program's default provider the name is `api-account`, with another
 *   one `api-account-<name of the provider>`.
 */
export function sharedApiAccount(api: pulumi.Resource): ApiAccount {
  const provider = api.getProvider(TOKEN);
  // The monitor lives as long as one run of a program, and so does the account of the default provider.
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
 * The permissions of the role, limited to log groups of this account. API Gateway requires all of them when the role is
 * set, whether or not a stage logs: the list is that of its managed policy.
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
