import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import type { QueueArgs } from "@pulumi/aws/sqs/queue";
import type { QueuePolicyArgs } from "@pulumi/aws/sqs/queuePolicy";
import { client } from "../clients";
import {
  defineResource,
  ignoreGone,
  tagChanges,
  tagOutputs,
  unlessGone,
  type Args,
} from "../define";
import type { ResourceType } from "../types";

type Inputs = Args<QueueArgs>;

const GONE = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

/** Input property -> attribute of the SQS API. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deduplicationScope: "DeduplicationScope",
  delaySeconds: "DelaySeconds",
  fifoQueue: "FifoQueue",
  fifoThroughputLimit: "FifoThroughputLimit",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  policy: "Policy",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redriveAllowPolicy: "RedriveAllowPolicy",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
};

const queue = defineResource<Inputs>({
  token: "aws:sqs/queue:Queue",
  inputs: ["name", "namePrefix", "tags", ...(Object.keys(ATTRIBUTES) as (keyof Inputs)[])],
  computed: [
    "deduplicationScope",
    "fifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds",
    "maxMessageSize",
    "policy",
    "redriveAllowPolicy",
    "redrivePolicy",
    "sqsManagedSseEnabled",
  ],
  autoname: {
    property: "name",
    maxLength: 80,
    suffix: ({ fifoQueue }) => (fifoQueue ? ".fifo" : ""),
  },
  defaults: {
    delaySeconds: 0,
    fifoQueue: false,
    messageRetentionSeconds: 345_600,
    receiveWaitTimeSeconds: 0,
    visibilityTimeoutSeconds: 30,
  },
  replaceOn: ["name", "namePrefix", "fifoQueue"],
  jsonInputs: ["policy", "redrivePolicy", "redriveAllowPolicy"],
  async create(inputs, context) {
    const { QueueUrl = "" } = await client(SQSClient, context).send(
      new CreateQueueCommand({
        QueueName: inputs.name,
        Attributes: attributes(inputs),
        tags: inputs.tags,
      }),
    );
    return QueueUrl;
  },
  read(QueueUrl, _inputs, context) {
    const sqs = client(SQSClient, context);
    return unlessGone(GONE, async () => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
      );
      const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }));
      return {
        ...properties(Attributes),
        arn: Attributes.QueueArn,
        name: QueueUrl.split("/").at(-1),
        url: QueueUrl,
        ...tagOutputs(Tags),
      };
    });
  },
  async update(QueueUrl, news, olds, context) {
    const sqs = client(SQSClient, context);
    const [now, before] = [attributes(news), attributes(olds)];
    const changed = Object.entries(now).filter(([name, value]) => before[name] !== value);
    // An attribute that is no longer given returns to AWS's default, which an empty text requests.
    const removed = Object.keys(before).filter((name) => now[name] === undefined);
    const Attributes = Object.fromEntries([
      ...changed,
      ...removed.map((name) => [name, ""] as const),
    ]);
    if (Object.keys(Attributes).length > 0)
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    const { set, remove } = tagChanges(olds.tags, news.tags);
    if (Object.keys(set).length > 0) await sqs.send(new TagQueueCommand({ QueueUrl, Tags: set }));
    if (remove.length > 0) await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: remove }));
  },
  async delete(QueueUrl, _state, context) {
    await ignoreGone(GONE, () =>
      client(SQSClient, context).send(new DeleteQueueCommand({ QueueUrl })),
    );
  },
});

const queuePolicy = defineResource<Args<QueuePolicyArgs>>({
  token: "aws:sqs/queuePolicy:QueuePolicy",
  inputs: ["policy", "queueUrl"],
  required: ["policy", "queueUrl"],
  replaceOn: ["queueUrl"],
  jsonInputs: ["policy"],
  async create(inputs, context) {
    await setPolicy(inputs.queueUrl, String(inputs.policy), client(SQSClient, context));
    return inputs.queueUrl;
  },
  read(QueueUrl, _inputs, context) {
    return unlessGone(GONE, async () => {
      const { Attributes } = await client(SQSClient, context).send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }),
      );
      return Attributes?.Policy ? { queueUrl: QueueUrl, policy: Attributes.Policy } : undefined;
    });
  },
  update: (QueueUrl, news, _olds, context) =>
    setPolicy(QueueUrl, String(news.policy), client(SQSClient, context)),
  async delete(QueueUrl, _state, context) {
    await ignoreGone(GONE, () => setPolicy(QueueUrl, "", client(SQSClient, context)));
  },
});

export const SQS_RESOURCES: readonly ResourceType[] = [queue, queuePolicy];

async function setPolicy(QueueUrl: string, Policy: string, sqs: SQSClient): Promise<void> {
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
}

function attributes(inputs: Inputs): Record<string, string> {
  const entries = Object.entries(ATTRIBUTES).map(([property, attribute]): [string, unknown] => [
    attribute,
    inputs[property as keyof Inputs],
  ]);
  const given = entries.filter(
    ([name, value]) => value !== undefined && !(name === "FifoQueue" && !value),
  );
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function properties(attributes: Partial<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(ATTRIBUTES).map(([property, attribute]) => [
      property,
      parse(attributes[attribute]),
    ]),
  );
}

function parse(text: string | undefined): unknown {
  if (text === "true" || text === "false") return text === "true";
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}
