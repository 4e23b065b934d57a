import { randomUUID } from "node:crypto";
import { AwsError } from "../../../core/errors";
import type { Clock } from "../../../core/clock";
import { begin, finish, type Span, type SpanStatus } from "../../../core/trace";
import { contentDeduplicationId, Recent } from "./deduplication";
import { invalidParameterValue, invalidValue } from "./errors";
import { LongPolls } from "./longPolls";
import {
  newMessage,
  parseReceiptHandle,
  type Message,
  type MessageContent,
  type MessageState,
} from "./message";
import { QueueEncryption } from "./queueEncryption";
import type { QueueSettings } from "./queueSettings";
import { messageAttributesSize } from "./messageAttributes";
import { QueueTally } from "./queueTally";
import { nextSequenceNumber } from "./sequenceNumber";
import { MAX_IN_FLIGHT, Receiver, type ReceivedMessage, type ReceiveRequest } from "./receiver";
import { Shelf } from "./shelf";

/** Longest time between a receive and the end of its visibility timeout: 12 hours, in seconds. */
const MAX_VISIBILITY_SECONDS = 43_200;

/** The queue that receives another queue's dead letters. */
export interface DeadLetterTarget {
  readonly queue: Queue;
  readonly maxReceiveCount: number;
}

/** Functions of the service that a queue depends on. */
export interface QueueContext {
  readonly clock: Clock;
  /**
   * Returns the target of the queue's redrive policy; undefined without a policy, or if that queue does not exist.
   */
  deadLetterTarget(queue: Queue): DeadLetterTarget | undefined;
  /** Called when messages of the queue move. */
  used(queue: Queue): void;
}

/** A queue: its settings, and the life cycle of its messages from send to delete. */
export class Queue {
  readonly id = randomUUID();
  readonly createdAt: number;
  readonly tags = new Map<string, string>();
  readonly encryption: QueueEncryption;
  modifiedAt: number;
  purgedAt: number | undefined;
  /** When a message last moved, in milliseconds. */
  usedAt: number | undefined;
  readonly tally: QueueTally;
  private readonly shelf: Shelf;
  private readonly sent = new Recent<Message>();
  private readonly receiver: Receiver;
  private readonly polls: LongPolls<ReceiveRequest, ReceivedMessage>;
  private readonly clock: Clock;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly settings: QueueSettings,
    context: QueueContext,
  ) {
    this.clock = context.clock;
    this.tally = new QueueTally(() => {
      this.usedAt = this.clock.now();
      context.used(this);
    });
    this.createdAt = this.modifiedAt = this.clock.now();
    this.encryption = new QueueEncryption(arn, settings);
    this.shelf = new Shelf(
      this.fifo,
      this.clock,
      () => 1000 * settings.number("MessageRetentionPeriod"),
    );
    this.receiver = new Receiver(this.id, settings, this.shelf, this.clock, () => {
      const target = context.deadLetterTarget(this);
      return target && { ...target, accept: (one) => target.queue.acceptDeadLetter(one, arn) };
    });
    this.polls = new LongPolls(
      this.clock,
      (request) => (this.receiver.hasRoom() ? this.receiver.take(request) : []),
      () => this.shelf.nextWake,
    );
  }

  get fifo(): boolean {
    return this.settings.fifo;
  }

  /** Adds a message. For a duplicate within five minutes it returns the first message instead. */
  send(content: MessageContent, delaySeconds?: number): Message {
    const now = this.clock.now();
    const bytes = Buffer.byteLength(content.body) + messageAttributesSize(content.attributes);
    if (!this.fifo) {
      this.tally.sent(bytes);
      return this.enqueue(content, delaySeconds);
    }
    const deduplicationId = this.deduplicationId(content);
    const key = `${this.settings.deduplicatesByGroup ? content.groupId : ""}\n${deduplicationId}`;
    const first = this.sent.get(key, now);
    if (first) {
      this.tally.deduplicated();
      return first;
    }
    this.tally.sent(bytes);
    const message = this.enqueue({ ...content, deduplicationId });
    this.sent.set(key, message, now);
    return message;
  }

  /** Adds a message without deduplication. */
  enqueue(content: MessageContent, delaySeconds = this.settings.number("DelaySeconds")): Message {
    const sequenceNumber = this.fifo ? nextSequenceNumber() : undefined;
    const now = this.clock.now();
    const message = newMessage(content, now, delaySeconds > 0, sequenceNumber);
    this.shelf.add(message, delaySeconds > 0 ? now + delaySeconds * 1000 : undefined);
    this.polls.serve();
    return message;
  }

  /**
   * Adds a message as a dead letter. On a standard queue its age still counts from the first send; on a FIFO queue it
   * starts again.
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   */
  acceptDeadLetter(message: Message, sourceArn: string): void {
    const span = message.content.span && this.takeOver(message.content.span, "error");
    this.shelf.add({
      ...message,
      content: { ...message.content, span },
      state: "visible",
      receivesHere: 0,
      receiptHandle: undefined,
      deadLetterSource: sourceArn,
      arrivedAt: this.clock.now(),
      ...(this.fifo && { retainedFrom: this.clock.now(), sequenceNumber: nextSequenceNumber() }),
    });
    this.polls.serve();
  }

  /** Ends the span of a message that moves to this queue, and begins its next span. */
  takeOver(span: Span, status: SpanStatus): Span | undefined {
    finish(span, status, { movedTo: this.name });
    return begin({ kind: "message", name: this.name, data: { body: span.data.body } }, span);
  }

  /** Receives available messages without waiting. Throws OverLimit if too many messages are in flight. */
  receive(request: ReceiveRequest): readonly ReceivedMessage[] {
    this.shelf.refresh();
    if (this.receiver.hasRoom()) return this.counted(this.receiver.take(request));
    // FIFO queues return no messages instead of the error.
    if (this.fifo) return [];
    throw new AwsError("OverLimit", `Too many messages in flight: the limit is ${MAX_IN_FLIGHT}.`);
  }

  /** Receives messages, waiting up to `waitMs` for the first one. Long polling never throws OverLimit. */
  async poll(request: ReceiveRequest, waitMs: number): Promise<readonly ReceivedMessage[]> {
    this.shelf.refresh();
    const messages = this.receiver.hasRoom() ? this.receiver.take(request) : [];
    return this.counted(messages.length > 0 ? messages : await this.polls.wait(request, waitMs));
  }

  /** Deletes the message of a receipt handle. A handle of an earlier receive is accepted but has no effect. */
  delete(receiptHandle: string): void {
    this.shelf.refresh();
    const message = this.find(receiptHandle);
    // Deleting a message that was already deleted counts again.
    if (!message) return this.tally.deleted();
    if (this.fifo && message.state !== "inFlight") {
      throw invalidValue(receiptHandle, "ReceiptHandle", "The receipt handle has expired.");
    }
    this.tally.deleted();
    if (message.receiptHandle !== receiptHandle) return;
    this.shelf.remove(message);
    this.polls.serve();
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    this.shelf.refresh();
    const now = this.clock.now();
    const message = this.find(receiptHandle);
    if (!message) {
      const reason = "Message does not exist or is not available for visibility timeout change.";
      throw invalidValue(receiptHandle, "ReceiptHandle", reason);
    }
    // A handle that has expired, or that a later receive has replaced, is accepted but has no effect; this
    // contradicts AWS's documentation: https://github.com/localstack/localstack/pull/9632
    if (message.receiptHandle !== receiptHandle || message.state !== "inFlight") return;
    if (now + seconds * 1000 > (message.lastReceivedAt ?? now) + MAX_VISIBILITY_SECONDS * 1000) {
      const reason = `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`;
      throw invalidValue(seconds, "VisibilityTimeout", reason);
    }
    this.shelf.rewake(message, now + seconds * 1000);
    this.shelf.refresh();
    this.polls.serve();
  }

  /** Removes every message, in flight or not. */
  purge(): void {
    for (const message of this.shelf.all()) this.shelf.remove(message);
  }

  /** Ends waiting receives with the error or with no messages, because the queue is deleted. */
  close(error?: Error): void {
    this.polls.end(error);
    this.purge();
  }

  /** Returns the number of messages by state at the current time. */
  count(): Readonly<Record<MessageState, number>> {
    this.shelf.refresh();
    return this.shelf.count();
  }

  /** Returns all messages, oldest first. */
  messages(): Message[] {
    this.shelf.refresh();
    return this.shelf.all();
  }

  /** Returns the message that a receive would return first. */
  peek(): Message | undefined {
    this.shelf.refresh();
    const [first] = this.shelf.candidates();
    return first;
  }

  /** Removes a message without a receive. */
  withdraw(message: Message): void {
    this.shelf.remove(message);
  }

  /**
   * Applies changed settings to existing messages. A new delay affects the delayed messages of a FIFO queue, but not
   * those of a standard queue.
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
   */
  settingsChanged(): void {
    if (this.fifo) {
      const delay = this.settings.number("DelaySeconds") * 1000;
      for (const message of this.shelf.all())
        if (message.state === "delayed") this.shelf.rewake(message, message.sentAt + delay);
    }
    this.shelf.refresh();
    this.polls.serve();
  }

  private counted(messages: readonly ReceivedMessage[]): readonly ReceivedMessage[] {
    this.tally.received(messages.length);
    return messages;
  }

  private find(receiptHandle: string): Message | undefined {
    const receipt = parseReceiptHandle(receiptHandle);
    if (receipt?.queueId !== this.id) {
      throw new AwsError(
        "ReceiptHandleIsInvalid",
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    }
    return this.shelf.get(receipt.messageId);
  }

  private deduplicationId(content: MessageContent): string {
    this.checkDeduplication(content.deduplicationId);
    return content.deduplicationId ?? contentDeduplicationId(content.body);
  }

  /** Refuses a message without a deduplication id unless the queue derives it from the content. */
  checkDeduplication(deduplicationId: string | undefined): void {
    if (deduplicationId !== undefined || this.settings.deduplicatesContent) return;
    throw invalidParameterValue(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
}
