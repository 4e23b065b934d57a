import type { PolicyResource } from "../../../policies/rule";
import { snsRules } from "../../../policies/rules/sns";
import { sqsRules } from "../../../policies/rules/sqs";
import { describeRules, resource } from "../resource";

type Props = Record<string, unknown>;

const queue = (props: Props = {}): PolicyResource =>
  resource("aws:sqs/queue:Queue", "queue", props);
const topic = (props: Props = {}): PolicyResource =>
  resource("aws:sns/topic:Topic", "topic", props);
const document = (...statements: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const queuePolicy = (...statements: object[]): PolicyResource =>
  resource(
    "aws:sqs/queuePolicy:QueuePolicy",
    "policy",
    { policy: document(...statements) },
    { queueUrl: "queue" },
  );
const topicPolicy = (...statements: object[]): PolicyResource =>
  resource(
    "aws:sns/topicPolicy:TopicPolicy",
    "policy",
    { policy: document(...statements) },
    { arn: "topic" },
  );
const tlsOnly = (action: string): object => ({
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: "arn",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
const allow = (more: object): object => ({ Effect: "Allow", Resource: "arn", ...more });
const fromBucket = { ArnLike: { "aws:SourceArn": "arn:aws:s3:::uploads" } };
const topicArn = "arn:aws:sns:eu-central-1:123456789012:topic";

describeRules("SQS", sqsRules, {
  "AwsSolutions-SQS2": {
    red: [
      { graph: [queue()], says: "neither" },
      { graph: [queue({ sqsManagedSseEnabled: false })], says: "neither" },
    ],
    green: [[queue({ sqsManagedSseEnabled: true })], [queue({ kmsMasterKeyId: "alias/aws/sqs" })]],
  },
  "AwsSolutions-SQS3": {
    red: [{ graph: [queue()], says: "no redrivePolicy" }],
    green: [
      [queue({ redrivePolicy: '{"maxReceiveCount":5}' })],
      [queue(), resource("aws:sqs/redrivePolicy:RedrivePolicy", "r", {}, { queueUrl: "queue" })],
      [queue(), resource("aws:sqs/queue:Queue", "source", {}, { redrivePolicy: "queue" })],
      [
        queue(),
        resource(
          "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
          "config",
          {},
          { destinationConfig: "queue" },
        ),
      ],
      // A literal ARN instead of an Output.
      [
        queue({ arn: "arn:aws:sqs:eu-central-1:123456789012:q" }),
        resource("aws:sqs/queue:Queue", "source", {
          redrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:123456789012:q"}',
        }),
      ],
    ],
  },
  "AwsSolutions-SQS4": {
    red: [
      { graph: [queue()], says: "without TLS" },
      { graph: [queue(), queuePolicy(allow({ Principal: "*" }))], says: "without TLS" },
      {
        graph: [queue(), queuePolicy({ ...tlsOnly("sqs:*"), Condition: undefined })],
        says: "without TLS",
      },
    ],
    green: [[queue(), queuePolicy(tlsOnly("sqs:*"))]],
  },
  CKV_AWS_72: {
    red: [{ graph: [queuePolicy(allow({ Action: "sqs:*" }))], says: "allows sqs:*" }],
    green: [[queuePolicy(tlsOnly("sqs:*"), allow({ Action: ["sqs:SendMessage"] }))], [queue()]],
  },
  CKV_AWS_168: {
    red: [
      {
        graph: [queuePolicy(allow({ Principal: "*", Action: "sqs:SendMessage" }))],
        says: "allows everyone sqs:SendMessage",
      },
      {
        graph: [queuePolicy(allow({ Principal: { AWS: ["*"] }, Action: "sqs:SendMessage" }))],
        says: "everyone",
      },
      {
        graph: [
          queuePolicy(
            allow({
              Principal: "*",
              Action: "sqs:SendMessage",
              Condition: { Bool: { "aws:SecureTransport": "true" } },
            }),
          ),
        ],
        says: "everyone",
      },
    ],
    green: [
      [queuePolicy(allow({ Principal: "*", Action: "sqs:SendMessage", Condition: fromBucket }))],
      [
        queuePolicy(
          allow({ Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:SendMessage" }),
        ),
      ],
    ],
  },
});

describeRules("SNS", snsRules, {
  CKV_AWS_26: {
    red: [{ graph: [topic()], says: "no kmsMasterKeyId" }],
    green: [[topic({ kmsMasterKeyId: "alias/aws/sns" })]],
  },
  "AwsSolutions-SNS3": {
    red: [
      { graph: [topic()], says: "without TLS" },
      { graph: [topic(), topicPolicy(tlsOnly("sns:Subscribe"))], says: "without TLS" },
    ],
    green: [[topic(), topicPolicy(tlsOnly("sns:Publish"))]],
  },
  CKV_AWS_169: {
    red: [
      {
        graph: [topicPolicy(allow({ Principal: "*", Action: "sns:Publish" }))],
        says: "allows everyone sns:Publish",
      },
    ],
    green: [[topicPolicy(allow({ Principal: "*", Action: "sns:Publish", Condition: fromBucket }))]],
  },
  CKV_AWS_385: {
    red: [
      {
        graph: [
          topicPolicy({
            ...allow({ Principal: { AWS: "arn:aws:iam::999999999999:root" } }),
            Resource: topicArn,
          }),
        ],
        says: "allows account 999999999999",
      },
      {
        graph: [
          topicPolicy({ ...allow({ Principal: { AWS: "999999999999" } }), Resource: topicArn }),
        ],
        says: "allows account 999999999999",
      },
    ],
    green: [
      [
        topicPolicy({
          ...allow({ Principal: { AWS: "arn:aws:iam::123456789012:role/publisher" } }),
          Resource: topicArn,
        }),
      ],
    ],
  },
  "Serverless-SNSRedrivePolicy": {
    red: [
      {
        graph: [resource("aws:sns/topicSubscription:TopicSubscription", "s")],
        says: "no redrivePolicy",
      },
    ],
    green: [
      [resource("aws:sns/topicSubscription:TopicSubscription", "s", { redrivePolicy: "{}" })],
    ],
  },
});
