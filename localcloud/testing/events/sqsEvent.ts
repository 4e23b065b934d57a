import { createHash } from "node:crypto";
import { ACCOUNT_ID, nextUuid, overridesOf, REGION, TIME } from "./example";

/** The event that Lambda's poller sends to a function: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    readonly ApproximateReceiveCount: string;
    /** Milliseconds since the epoch, as text, like the next field. */
    readonly SentTimestamp: string;
    readonly SenderId: string;
    readonly ApproximateFirstReceiveTimestamp: string;
    /** Only for FIFO queues, like the next two. */
    readonly SequenceNumber?: string;
    readonly MessageGroupId?: string;
    readonly MessageDeduplicationId?: string;
    readonly AWSTraceHeader?: string;
    readonly DeadLetterQueueSourceArn?: string;
  };
  readonly messageAttributes: Readonly<Record<string, SqsMessageAttribute>>;
  readonly md5OfBody: string;
  /** Null without attributes. */
  readonly md5OfMessageAttributes: string | null;
  readonly eventSource: "aws:sqs";
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

export interface SqsMessageAttribute {
  readonly dataType: string;
  readonly stringValue?: string;
  /** Base64. */
  readonly binaryValue?: string;
  readonly stringListValues: readonly string[];
  readonly binaryListValues: readonly string[];
}

/** Changes to a record; `attributes` are added to the usual ones. */
export type SqsRecordOverrides = Partial<Omit<SqsRecord, "attributes">> & {
  readonly attributes?: Partial<SqsRecord["attributes"]>;
};

/** Returns a batch of SQS messages, one per override; `md5OfBody` follows the body. */
export function sqsEvent(overrides?: SqsRecordOverrides | readonly SqsRecordOverrides[]): SqsEvent {
  return { Records: overridesOf(overrides).map(sqsRecord) };
}

function sqsRecord({ attributes, ...overrides }: SqsRecordOverrides): SqsRecord {
  const body = overrides.body ?? "{}";
  const messageId = overrides.messageId ?? nextUuid();
  const time = String(Date.parse(TIME));
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: time,
      SenderId: ACCOUNT_ID,
      ApproximateFirstReceiveTimestamp: time,
      ...attributes,
    },
    messageAttributes: {},
    md5OfMessageAttributes: null,
    md5OfBody: createHash("md5").update(body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:queue`,
    awsRegion: REGION,
    ...overrides,
  };
}
