import { CloudWatchLogsClient, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DetachRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
} from "@aws-sdk/client-iam";
import { DisableKeyCommand, KMSClient, UpdateKeyDescriptionCommand } from "@aws-sdk/client-kms";
import { SetQueueAttributesCommand, SQSClient, TagQueueCommand } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { client } from "../../../provider/clients";
import { describeLifecycle, type ProviderBench } from "../../support/resourceLifecycle";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
  ],
});
const allow = (Action: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*" }],
  });
const BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
const READ_ONLY = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole";

const role = (bench: ProviderBench, args = {}) =>
  bench.make("aws:iam/role:Role", { assumeRolePolicy: TRUST, ...args });

describeLifecycle({
  type: "aws:sqs/queue:Queue",
  inputs: () => ({ delaySeconds: 3, tags: { a: "1" } }),
  updates: [
    { visibilityTimeoutSeconds: 120, receiveWaitTimeSeconds: 20, messageRetentionSeconds: 60 },
    { maxMessageSize: 2048, sqsManagedSseEnabled: false },
    { delaySeconds: undefined, tags: { a: "2", b: "3" } },
    { tags: undefined },
  ],
  replaces: [{ name: "other" }, { fifoQueue: true }, { region: "us-east-1" }],
  drift: {
    async make({ context }, { id: QueueUrl }) {
      const sqs = client(SQSClient, context);
      await sqs.send(
        new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: "9" } }),
      );
      await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { who: "me" } }));
    },
    expected: ["delaySeconds", "tags"],
  },
});

describeLifecycle({
  type: "aws:sqs/queuePolicy:QueuePolicy",
  async inputs(bench) {
    const { id, outputs } = await bench.make("aws:sqs/queue:Queue", {});
    const policy = (Action: string): string =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: outputs.arn }],
      });
    return { queueUrl: id, policy: policy("sqs:SendMessage") };
  },
  replaces: [{ queueUrl: "http://127.0.0.1/123456789012/other" }],
});

describeLifecycle({
  type: "aws:iam/role:Role",
  inputs: () => ({
    assumeRolePolicy: TRUST,
    description: "does things",
    inlinePolicies: [{ name: "one", policy: allow("sqs:SendMessage") }],
    managedPolicyArns: [BASIC],
    forceDetachPolicies: true,
  }),
  updates: [
    { description: "does more", maxSessionDuration: 7200, tags: { a: "1" } },
    { inlinePolicies: [{ name: "two", policy: allow("sqs:*") }], managedPolicyArns: [READ_ONLY] },
    { permissionsBoundary: READ_ONLY },
    { permissionsBoundary: undefined, description: undefined, tags: undefined },
    { assumeRolePolicy: TRUST.replace("lambda.", "apigateway.") },
  ],
  replaces: [{ name: "other" }, { path: "/other/" }],
  drift: {
    async make({ context }, { id: RoleName }) {
      const iam = client(IAMClient, context);
      await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: "who", Value: "me" }] }));
      await iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: "extra", PolicyDocument: allow("s3:*") }),
      );
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: READ_ONLY }));
    },
    expected: ["tags", "inlinePolicies", "managedPolicyArns"],
  },
  untold: ["forceDetachPolicies", "inlinePolicies", "managedPolicyArns"],
});

describeLifecycle({
  type: "aws:iam/policy:Policy",
  inputs: () => ({
    name: "reads",
    path: "/team/",
    policy: allow("s3:GetObject"),
    tags: { a: "1" },
  }),
  updates: [
    ...["s3:GetObjectTagging", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"].map(
      (action) => ({
        policy: allow(action),
      }),
    ),
    { policy: allow("s3:GetObjectAcl"), tags: { b: "2" } },
  ],
  replaces: [{ name: "other" }, { path: "/" }, { description: "other" }],
});

describeLifecycle({
  type: "aws:iam/rolePolicy:RolePolicy",
  async inputs(bench) {
    return { role: (await role(bench)).id, policy: allow("sqs:SendMessage") };
  },
  updates: [{ policy: allow("sqs:ReceiveMessage") }],
  replaces: [{ name: "other" }, { role: "other" }],
  drift: {
    make: ({ context }, { id, inputs }) =>
      client(IAMClient, context).send(
        new PutRolePolicyCommand({
          RoleName: String(inputs.role),
          PolicyName: id.split(":")[1],
          PolicyDocument: allow("s3:*"),
        }),
      ),
    expected: ["policy"],
  },
});

describeLifecycle({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  async inputs(bench) {
    return { role: (await role(bench)).id, policyArn: BASIC };
  },
  replaces: [{ policyArn: READ_ONLY }, { role: "other" }],
  importId: ({ inputs }) => `${String(inputs.role)}/${String(inputs.policyArn)}`,
});

describeLifecycle({
  type: "aws:ssm/parameter:Parameter",
  inputs: () => ({ type: "String", value: "one", description: "a thing", tags: { a: "1" } }),
  updates: [
    { value: "two" },
    { tags: { b: "2" } },
    { description: undefined, tags: undefined },
    { tier: "Advanced", allowedPattern: "^t" },
  ],
  replaces: [{ name: "/other" }, { type: "SecureString" }, { dataType: "aws:ec2:image" }],
  drift: {
    make: ({ context }, { id: Name }) =>
      client(SSMClient, context).send(
        new PutParameterCommand({
          Name,
          Value: "three",
          Description: "mine",
          Overwrite: true,
          AllowedPattern: "^t",
        }),
      ),
    expected: ["value", "description"],
  },
});

describeLifecycle({
  type: "aws:kms/key:Key",
  inputs: () => ({ description: "seals", tags: { a: "1" }, deletionWindowInDays: 7 }),
  updates: [
    { enableKeyRotation: true, rotationPeriodInDays: 100 },
    { description: "signs", tags: { b: "2" } },
    { isEnabled: false, enableKeyRotation: false, rotationPeriodInDays: undefined },
    { isEnabled: true, enableKeyRotation: true },
  ],
  replaces: [{ keyUsage: "SIGN_VERIFY" }, { customerMasterKeySpec: "RSA_2048" }],
  drift: {
    async make({ context }, { id: KeyId }) {
      const kms = client(KMSClient, context);
      await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: "mine" }));
      await kms.send(new DisableKeyCommand({ KeyId }));
    },
    expected: ["description", "isEnabled"],
  },
  untold: ["deletionWindowInDays"],
});

describeLifecycle({
  type: "aws:kms/alias:Alias",
  async inputs(bench) {
    return { targetKeyId: (await bench.make("aws:kms/key:Key", {})).id };
  },
  replaces: [{ name: "alias/other" }],
});

describeLifecycle({
  type: "aws:cloudwatch/logGroup:LogGroup",
  inputs: () => ({ retentionInDays: 7, tags: { a: "1" } }),
  updates: [
    { retentionInDays: 30, tags: { b: "2" } },
    { retentionInDays: undefined, tags: undefined },
  ],
  replaces: [{ name: "other" }, { logGroupClass: "INFREQUENT_ACCESS" }],
  drift: {
    make: ({ context }, { id: logGroupName }) =>
      client(CloudWatchLogsClient, context).send(
        new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }),
      ),
    expected: ["retentionInDays"],
  },
});
