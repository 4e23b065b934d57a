import { parseArn } from "../../core/arn";
import {
  anything,
  flag,
  json,
  oneOf,
  policy,
  range,
  type SettingRules,
  Settings,
} from "../../entities/settings";
import { invalidParameter } from "./api";
import { checkFilterPolicy, type FilterScope } from "./filter";

const errors = {
  unknown: () => invalidParameter("AttributeName"),
  invalid: (name: string, value: string) =>
    invalidParameter(
      `${name}: ${PROBLEMS[name] ?? `Invalid value [${value}]${HINTS[name] ?? ""}`}`,
    ),
};

const PROBLEMS: Readonly<Record<string, string>> = {
  Policy: "Error: invalid policy document",
  RedrivePolicy: "failed to parse JSON.",
  DeliveryPolicy: "failed to parse JSON.",
};

/** What a value may be, as SNS says it after the wrong one. */
const HINTS: Readonly<Record<string, string>> = {
  FilterPolicyScope: ". Please use either MessageBody or MessageAttributes",
  RawMessageDelivery: ". Must be true or false.",
};

/** Settings for delivery status logging; only stored, because the local cloud's log reports deliveries. */
const feedback = ["Application", "Firehose", "HTTP", "Lambda", "SQS"].flatMap((endpoint) => [
  [`${endpoint}FailureFeedbackRoleArn`, anything] as const,
  [`${endpoint}SuccessFeedbackRoleArn`, anything] as const,
  [`${endpoint}SuccessFeedbackSampleRate`, range(0, 100)] as const,
]);

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
const TOPIC = {
  DisplayName: { isValid: (value: string) => value.length <= 100 },
  Policy: policy,
  DeliveryPolicy: json,
  KmsMasterKeyId: anything,
  SignatureVersion: oneOf(["1", "2"]),
  TracingConfig: oneOf(["PassThrough", "Active"]),
  FifoTopic: flag(),
  ContentBasedDeduplication: flag("false", "FifoTopic"),
  FifoThroughputScope: oneOf(["Topic", "MessageGroup"], undefined, "FifoTopic"),
  ArchivePolicy: { ...json, only: "FifoTopic" },
  ...Object.fromEntries(feedback),
};
export type TopicSetting = keyof typeof TOPIC;
const topicRules: SettingRules<TopicSetting> = { table: TOPIC, ...errors };

export class TopicSettings extends Settings<TopicSetting> {
  constructor(given: Readonly<Record<string, string>>) {
    super(topicRules, given);
  }
}

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html */
const SUBSCRIPTION = {
  DeliveryPolicy: json,
  FilterPolicy: anything,
  FilterPolicyScope: oneOf(["MessageAttributes", "MessageBody"]),
  RawMessageDelivery: { ...flag("false"), neverEmpty: true },
  RedrivePolicy: json,
  ReplayPolicy: json,
  SubscriptionRoleArn: anything,
};
export type SubscriptionSetting = keyof typeof SUBSCRIPTION;
const subscriptionRules: SettingRules<SubscriptionSetting> = {
  table: SUBSCRIPTION,
  ...errors,
  combine(next) {
    const filter = next.get("FilterPolicy");
    if (filter === undefined) next.delete("FilterPolicyScope");
    else {
      const scope = (next.get("FilterPolicyScope") ?? "MessageAttributes") as FilterScope;
      checkFilterPolicy(filter, scope);
      next.set("FilterPolicyScope", scope);
    }
    const redrive = next.get("RedrivePolicy");
    if (redrive !== undefined && deadLetterQueue(redrive) === undefined)
      throw invalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  },
};

export class SubscriptionSettings extends Settings<SubscriptionSetting> {
  constructor(given: Readonly<Record<string, string>>) {
    super(subscriptionRules, given);
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const DELIVERY = {
  defaultHealthyRetryPolicy: {
    minDelayTarget: 20,
    maxDelayTarget: 20,
    numRetries: 3,
    numMaxDelayRetries: 0,
    numNoDelayRetries: 0,
    numMinDelayRetries: 0,
    backoffFunction: "linear",
  },
  disableSubscriptionOverrides: false,
  defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
};

/** Returns the delivery policy of a topic with the defaults of what it does not say. */
export function effectiveDeliveryPolicy(text: string | undefined): object {
  const { http = {} } = (text === undefined ? {} : JSON.parse(text)) as {
    http?: Partial<typeof DELIVERY>;
  };
  const { defaultHealthyRetryPolicy, defaultRequestPolicy } = DELIVERY;
  return {
    http: {
      ...DELIVERY,
      ...http,
      defaultHealthyRetryPolicy: {
        ...defaultHealthyRetryPolicy,
        ...http.defaultHealthyRetryPolicy,
      },
      defaultRequestPolicy: { ...defaultRequestPolicy, ...http.defaultRequestPolicy },
    },
  };
}

/** Returns the ARN of the queue in a redrive policy. */
export function deadLetterQueue(redrivePolicy: string): string | undefined {
  const { deadLetterTargetArn: arn } = JSON.parse(redrivePolicy) as {
    deadLetterTargetArn?: unknown;
  };
  return typeof arn === "string" && parseArn(arn)?.service === "sqs" ? arn : undefined;
}
