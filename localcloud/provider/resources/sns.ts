import type * as sdk from "@aws-sdk/client-sns";
import type { TopicArgs } from "@pulumi/aws/sns/topic";
import type { TopicPolicyArgs } from "@pulumi/aws/sns/topicPolicy";
import type { TopicSubscriptionArgs } from "@pulumi/aws/sns/topicSubscription";
import { count, flag, text, type Attribute } from "../mapped/attributes";
import { awsClient } from "../mapped/resource";
import type { Args } from "../define";
import type { ResourceType } from "../types";

const sns = awsClient(() => require("@aws-sdk/client-sns") as typeof sdk);

const gone = ["NotFoundException"];

/** Roles and rate with which SNS logs the deliveries of one protocol. */
const feedback = <Protocol extends string>(protocol: Protocol, wire: string) =>
  ({
    [`${protocol}FailureFeedbackRoleArn`]: text(`${wire}FailureFeedbackRoleArn`),
    [`${protocol}SuccessFeedbackRoleArn`]: text(`${wire}SuccessFeedbackRoleArn`),
    [`${protocol}SuccessFeedbackSampleRate`]: count(`${wire}SuccessFeedbackSampleRate`),
  }) as Record<
    `${Protocol}${"FailureFeedbackRoleArn" | "SuccessFeedbackRoleArn" | "SuccessFeedbackSampleRate"}`,
    Attribute
  >;

const TOPIC = {
  ...feedback("http", "HTTP"),
  ...feedback("lambda", "Lambda"),
  ...feedback("sqs", "SQS"),
  contentBasedDeduplication: flag("ContentBasedDeduplication", { omit: false }),
  deliveryPolicy: text("DeliveryPolicy"),
  displayName: text("DisplayName"),
  fifoThroughputScope: text("FifoThroughputScope"),
  fifoTopic: flag("FifoTopic", { omit: false }),
  kmsMasterKeyId: text("KmsMasterKeyId"),
  policy: text("Policy"),
  signatureVersion: count("SignatureVersion"),
  tracingConfig: text("TracingConfig"),
};

const topic = sns.resource<Args<TopicArgs>>({
  token: "aws:sns/topic:Topic",
  inputs: ["name", "namePrefix", "tags", ...(Object.keys(TOPIC) as (keyof typeof TOPIC)[])],
  attributes: TOPIC,
  attributeOutputs: { arn: text("TopicArn"), owner: text("Owner") },
  outputs: ["name"],
  computed: ["fifoThroughputScope", "policy", "signatureVersion", "tracingConfig"],
  autoname: { property: "name", maxLength: 256, suffix: (one) => (one.fifoTopic ? ".fifo" : "") },
  defaults: { contentBasedDeduplication: false, fifoTopic: false },
  replaceOn: ["name", "namePrefix", "fifoTopic"],
  jsonInputs: ["deliveryPolicy", "policy"],
  gone,
  create: { CreateTopic: () => ({}) },
  id: (_inputs, { TopicArn }) => String(TopicArn),
  read: { GetTopicAttributes: (TopicArn) => ({ TopicArn }) },
  outputsFrom: (found, arn) => ({ ...found, name: arn.split(":").at(-1) }),
  update: {
    SetTopicAttributes: (TopicArn, { attributes }) =>
      Object.entries(attributes).map(([AttributeName, AttributeValue]) => ({
        TopicArn,
        AttributeName,
        AttributeValue,
      })),
  },
  delete: { DeleteTopic: (TopicArn) => ({ TopicArn }) },
  tags: {
    of: (ResourceArn) => ({ ResourceArn }),
    tag: "TagResource",
    untag: "UntagResource",
    list: "ListTagsForResource",
  },
});

const SUBSCRIPTION = {
  deliveryPolicy: text("DeliveryPolicy"),
  filterPolicy: text("FilterPolicy"),
  filterPolicyScope: text("FilterPolicyScope"),
  rawMessageDelivery: flag("RawMessageDelivery"),
  redrivePolicy: text("RedrivePolicy"),
  subscriptionRoleArn: text("SubscriptionRoleArn"),
};

const topicSubscription = sns.resource<Args<TopicSubscriptionArgs>>({
  token: "aws:sns/topicSubscription:TopicSubscription",
  inputs: [
    "confirmationTimeoutInMinutes",
    "endpoint",
    "endpointAutoConfirms",
    "protocol",
    "topic",
    ...(Object.keys(SUBSCRIPTION) as (keyof typeof SUBSCRIPTION)[]),
  ],
  names: { TopicArn: "topic" },
  attributes: SUBSCRIPTION,
  attributeOutputs: {
    arn: text("SubscriptionArn"),
    endpoint: text("Endpoint"),
    ownerId: text("Owner"),
    pendingConfirmation: flag("PendingConfirmation"),
    confirmationWasAuthenticated: flag("ConfirmationWasAuthenticated"),
    protocol: text("Protocol"),
    topic: text("TopicArn"),
  },
  computed: ["filterPolicyScope"],
  required: ["endpoint", "protocol", "topic"],
  defaults: {
    confirmationTimeoutInMinutes: 1,
    endpointAutoConfirms: false,
    rawMessageDelivery: false,
  },
  replaceOn: ["endpoint", "protocol", "topic"],
  jsonInputs: ["deliveryPolicy", "filterPolicy", "redrivePolicy"],
  gone,
  create: { Subscribe: () => ({ ReturnSubscriptionArn: true }) },
  id: (_inputs, { SubscriptionArn }) => String(SubscriptionArn),
  read: { GetSubscriptionAttributes: (SubscriptionArn) => ({ SubscriptionArn }) },
  update: {
    SetSubscriptionAttributes: (SubscriptionArn, { attributes }) =>
      Object.entries(attributes).map(([AttributeName, AttributeValue]) => ({
        SubscriptionArn,
        AttributeName,
        AttributeValue,
      })),
  },
  delete: { Unsubscribe: (SubscriptionArn) => ({ SubscriptionArn }) },
});

const setPolicy = (TopicArn: string, AttributeValue: string) => ({
  TopicArn,
  AttributeName: "Policy",
  AttributeValue,
});

const topicPolicy = sns.resource<Args<TopicPolicyArgs>>({
  token: "aws:sns/topicPolicy:TopicPolicy",
  inputs: ["arn", "policy"],
  required: ["arn", "policy"],
  replaceOn: ["arn"],
  jsonInputs: ["policy"],
  attributeOutputs: { arn: text("TopicArn"), owner: text("Owner"), policy: text("Policy") },
  gone,
  create: { SetTopicAttributes: ({ arn, policy }) => setPolicy(arn, String(policy)) },
  id: ({ arn }) => arn,
  read: { GetTopicAttributes: (TopicArn) => ({ TopicArn }) },
  // A topic whose policy was removed has AWS's default policy again.
  outputsFrom: (found) =>
    String(found.policy).includes("__default_policy_ID") ? undefined : found,
  update: { SetTopicAttributes: (arn, { news }) => setPolicy(arn, String(news.policy)) },
  delete: { SetTopicAttributes: (arn) => setPolicy(arn, "") },
});

export const SNS_RESOURCES: readonly ResourceType[] = [topic, topicSubscription, topicPolicy];
