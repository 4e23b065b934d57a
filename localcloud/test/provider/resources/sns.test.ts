import {
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  TagResourceCommand,
} from "@aws-sdk/client-sns";
import { client } from "../../../provider/clients";
import { describeLifecycle, type ProviderBench } from "../../support/resourceLifecycle";

const policy = (Action: string, Resource: unknown): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action,
        Resource,
      },
    ],
  });

async function topicArn(bench: ProviderBench): Promise<unknown> {
  return (await bench.make("aws:sns/topic:Topic", {})).outputs.arn;
}

describeLifecycle({
  type: "aws:sns/topic:Topic",
  inputs: () => ({ displayName: "One", tags: { a: "1" } }),
  updates: [
    { displayName: "2" },
    { tags: { b: "2" } },
    { displayName: undefined, tags: undefined },
    { tracingConfig: "Active" },
    {
      sqsFailureFeedbackRoleArn: "arn:aws:iam::123456789012:role/r",
      sqsSuccessFeedbackSampleRate: 50,
    },
    { sqsFailureFeedbackRoleArn: undefined, sqsSuccessFeedbackSampleRate: undefined },
    { policy: policy("sns:Publish", "arn:aws:sns:eu-central-1:123456789012:x") },
  ],
  replaces: [{ name: "other" }, { fifoTopic: true }],
  drift: {
    async make({ context }, { id }) {
      const sns = client(SNSClient, context);
      await sns.send(
        new SetTopicAttributesCommand({
          TopicArn: id,
          AttributeName: "DisplayName",
          AttributeValue: "x",
        }),
      );
      await sns.send(
        new TagResourceCommand({ ResourceArn: id, Tags: [{ Key: "who", Value: "me" }] }),
      );
    },
    expected: ["displayName", "tags"],
  },
});

describeLifecycle({
  type: "aws:sns/topicSubscription:TopicSubscription",
  async inputs(bench) {
    const queue = await bench.make("aws:sqs/queue:Queue", {});
    return {
      topic: await topicArn(bench),
      protocol: "sqs",
      endpoint: queue.outputs.arn,
      filterPolicy: '{"a":["b"]}',
    };
  },
  updates: [
    { rawMessageDelivery: true },
    { filterPolicy: '{"a":["c"]}' },
    { filterPolicy: undefined },
    {
      redrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:123456789012:dead"}',
    },
  ],
  replaces: [{ endpoint: "arn:aws:sqs:eu-central-1:123456789012:zz" }],
  drift: {
    make: ({ context }, { id }) =>
      client(SNSClient, context).send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn: id,
          AttributeName: "RawMessageDelivery",
          AttributeValue: "false",
        }),
      ),
    expected: ["rawMessageDelivery"],
  },
});

describeLifecycle({
  type: "aws:sns/topicPolicy:TopicPolicy",
  async inputs(bench) {
    const arn = await topicArn(bench);
    return { arn, policy: policy("sns:Publish", arn) };
  },
  updates: [{ policy: policy("sns:*", "arn:aws:sns:eu-central-1:123456789012:x") }],
  replaces: [{ arn: "arn:aws:sns:eu-central-1:123456789012:other" }],
});
