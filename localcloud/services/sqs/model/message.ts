import { randomUUID } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { Span } from "../../../core/trace";

/** Content from the sender, which a move to another queue preserves. */
export interface MessageContent {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  /** `AWSTraceHeader` */
  readonly traceHeader?: string;
  readonly senderId: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** The message's span in the trace of its sender. */
  readonly span?: Span;
}

/** `delayed` = not yet available, `visible` = can be received, `inFlight` = received and hidden. */
export type MessageState = "delayed" | "visible" | "inFlight";

/** A message in one queue. */
export interface Message {
  readonly id: string;
  readonly content: MessageContent;
  readonly sequenceNumber?: string;
  /** `SentTimestamp`, milliseconds. */
  readonly sentAt: number;
  /** When the message arrived in this queue, in milliseconds. */
  readonly arrivedAt: number;
  /** Instant from which the retention period counts. */
  readonly retainedFrom: number;
  state: MessageState;
  /** `ApproximateReceiveCount`: the number of receives from all queues the message has been in. */
  receiveCount: number;
  /** Number of receives from this queue, which its redrive policy counts. */
  receivesHere: number;
  firstReceivedAt?: number;
  lastReceivedAt?: number;
  receiptHandle?: string;
  /** ARN of the queue from which the message was moved as a dead letter. */
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

/** The data in a receipt handle: the message, and which receive of it. */
export interface Receipt {
  readonly queueId: string;
  readonly messageId: string;
}

/** Creates a receipt handle. It is opaque to clients; each receive creates a new one. */
export function newReceiptHandle(queueId: string, message: Message): string {
  const text = `${queueId} ${message.id} ${message.receiveCount} ${randomUUID()}`;
  return Buffer.from(text).toString("base64");
}

/** Parses a receipt handle. Returns undefined if no queue here can have issued it. */
export function parseReceiptHandle(handle: string): Receipt | undefined {
  const parts = Buffer.from(handle, "base64").toString().split(" ");
  if (parts.length !== 4) return undefined;
  return { queueId: parts[0], messageId: parts[1] };
}
