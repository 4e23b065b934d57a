import type {
  NotificationConfiguration,
  NotificationConfigurationFilter,
} from "@aws-sdk/client-s3";
import type { BucketNotificationArgs } from "@pulumi/aws/s3/bucketNotification";
import type { Args } from "../../define";
import type { Properties, ResourceType } from "../../types";
import { NO_BUCKET, ofBucket, s3 } from "./client";

type Inputs = Args<BucketNotificationArgs>;

/** Fields that the three kinds of destinations share. */
interface Common {
  readonly events: string[];
  readonly filterPrefix?: string;
  readonly filterSuffix?: string;
  readonly id?: string;
}
interface NotificationOutput {
  readonly Id?: string;
  readonly Events?: readonly string[];
  readonly Filter?: NotificationConfigurationFilter;
}

const notification = s3.resource<Inputs>({
  ...ofBucket,
  token: "aws:s3/bucketNotification:BucketNotification",
  inputs: ["bucket", "eventbridge", "lambdaFunctions", "queues", "topics"],
  forms: {
    QueueConfigurations: {
      toWire: (value) => value,
      fromWire: notificationOutputs("QueueArn", "queueArn"),
    },
    TopicConfigurations: {
      toWire: (value) => value,
      fromWire: notificationOutputs("TopicArn", "topicArn"),
    },
    LambdaFunctionConfigurations: {
      toWire: (value) => value,
      fromWire: notificationOutputs("LambdaFunctionArn", "lambdaFunctionArn"),
    },
  },
  names: {
    QueueConfigurations: "queues",
    TopicConfigurations: "topics",
    LambdaFunctionConfigurations: "lambdaFunctions",
  },
  computed: ["lambdaFunctions.id", "queues.id", "topics.id"],
  defaults: { eventbridge: false },
  required: ["bucket"],
  gone: [NO_BUCKET],
  create: { PutBucketNotificationConfiguration: (inputs) => configuration(inputs) },
  read: { GetBucketNotificationConfiguration: (Bucket) => ({ Bucket }) },
  outputsFrom({ eventBridgeConfiguration, queues, topics, lambdaFunctions }, bucket) {
    const eventbridge = eventBridgeConfiguration !== undefined;
    if (!eventbridge && !queues && !topics && !lambdaFunctions) return undefined;
    return { bucket, eventbridge, queues, topics, lambdaFunctions };
  },
  update: { PutBucketNotificationConfiguration: (_id, { news }) => configuration(news) },
  delete: {
    PutBucketNotificationConfiguration: (Bucket) => ({ Bucket, NotificationConfiguration: {} }),
  },
});

export const S3_NOTIFICATION: readonly ResourceType[] = [notification];

function configuration(inputs: Inputs): { NotificationConfiguration: NotificationConfiguration } {
  const { eventbridge, queues = [], topics = [], lambdaFunctions = [] } = inputs;
  return {
    NotificationConfiguration: {
      ...(eventbridge && { EventBridgeConfiguration: {} }),
      QueueConfigurations: queues.map((one) => ({ ...common(one), QueueArn: one.queueArn })),
      TopicConfigurations: topics.map((one) => ({ ...common(one), TopicArn: one.topicArn })),
      LambdaFunctionConfigurations: lambdaFunctions.map((one) => ({
        ...common(one),
        LambdaFunctionArn: one.lambdaFunctionArn ?? "",
      })),
    },
  };
}

function common({ events, filterPrefix, filterSuffix, id }: Common) {
  const FilterRules = [
    ...(filterPrefix ? [{ Name: "prefix" as const, Value: filterPrefix }] : []),
    ...(filterSuffix ? [{ Name: "suffix" as const, Value: filterSuffix }] : []),
  ];
  return {
    Id: id,
    // The service checks the names.
    Events: events as "s3:ObjectCreated:*"[],
    ...(FilterRules.length > 0 && { Filter: { Key: { FilterRules } } }),
  };
}

function notificationOutputs(member: string, property: string) {
  return (list: (NotificationOutput & Properties)[]): Properties[] =>
    list.map((one) => {
      const rules = one.Filter?.Key?.FilterRules ?? [];
      const value = (name: string): string | undefined =>
        rules.find(({ Name }) => Name?.toLowerCase() === name)?.Value;
      const [filterPrefix, filterSuffix] = [value("prefix"), value("suffix")];
      return {
        [property]: one[member],
        events: one.Events,
        id: one.Id,
        ...(filterPrefix !== undefined && { filterPrefix }),
        ...(filterSuffix !== undefined && { filterSuffix }),
      };
    });
}
