import { randomUUID } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { Span } from "../../../core/trace";

/** What the sender gave; everything a move to another queue carries along. */
export interface MessageContent {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  /** `AWSTraceHeader` */
  readonly traceHeader?: string;
  readonly senderId: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** The message in the trace of what sent it. */
  readonly span?: Span;
}

/** `delayed` = not yet available, `visible` = can be received, `inFlight` = received and hidden. */
export type MessageState = "delayed" | "visible" | "inFlight";

/** A message as one queue holds it. */
export interface Message {
  readonly id: string;
  readonly content: MessageContent;
  readonly sequenceNumber?: string;
  /** `SentTimestamp`, milliseconds. */
  readonly sentAt: number;
  /** When it came to this queue, milliseconds. */
  readonly arrivedAt: number;
  /** Instant from which the retention period counts. */
  readonly retainedFrom: number;
  state: MessageState;
  /** `ApproximateReceiveCount`: over all queues it has been in. */
  receiveCount: number;
  /** Receives from this queue, which its redrive policy counts. */
  receivesHere: number;
  firstReceivedAt?: number;
  lastReceivedAt?: number;
  receiptHandle?: string;
  /** ARN of the queue that it was moved from as a dead letter. */
  readonly deadLetterSource?: string;
}

export function newMessage(
  content: MessageContent,
  now: number,
  delayed: boolean,
  sequenceNumber?: string,
): Message {
  return {
    id: randomUUID(),
    content,
    sequenceNumber,
    sentAt: now,
    arrivedAt: now,
    retainedFrom: now,
    state: delayed ? "delayed" : "visible",
    receiveCount: 0,
    receivesHere: 0,
  };
}

/** What a receipt handle names: the message and which of its receives. */
export interface Receipt {
  readonly queueId: string;
  readonly messageId: string;
}

/** A handle is opaque to clients; each receive makes a new one. */
export function newReceiptHandle(queueId: string, message: Message): string {
  const text = `${queueId} ${message.id} ${message.receiveCount} ${randomUUID()}`;
  return Buffer.from(text).toString("base64");
}

/** What the handle says; undefined when no queue of ours can have issued it. */
export function parseReceiptHandle(handle: string): Receipt | undefined {
  const parts = Buffer.from(handle, "base64").toString().split(" ");
  if (parts.length !== 4) return undefined;
  return { queueId: parts[0], messageId: parts[1] };
}
