import { randomUUID } from "node:crypto";
import { AwsError } from "../../../core/errors";
import type { Clock } from "../../../core/clock";
import { begin, finish, type Span, type SpanStatus } from "../../../core/trace";
import { deduplicationIdOf, Recent } from "./deduplication";
import { invalidValue } from "./errors";
import { LongPolls } from "./longPolls";
import { newMessage, type Message, type MessageContent, type MessageState } from "./message";
import type { QueueContext } from "./queueContext";
import { QueueEncryption } from "./queueEncryption";
import type { QueueSettings } from "./queueSettings";
import { messageAttributesSize } from "./messageAttributes";
import { QueueTally } from "./queueTally";
import { MAX_IN_FLIGHT, Receiver, type ReceivedMessage, type ReceiveRequest } from "./receiver";
import { changedVisibility, findByReceipt } from "./receipts";
import { StoredMessages } from "./storedMessages";

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
  private readonly stored: StoredMessages;
  private readonly sent = new Recent<Message>();
  private readonly receiver: Receiver;
  private readonly polls: LongPolls<ReceiveRequest, ReceivedMessage>;
  private readonly clock: Clock;
  private readonly nextSequenceNumber: () => string;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly settings: QueueSettings,
    context: QueueContext,
  ) {
    this.clock = context.clock;
    this.nextSequenceNumber = () => context.nextSequenceNumber();
    this.tally = new QueueTally(() => {
      this.usedAt = this.clock.now();
      context.used(this);
    });
    this.createdAt = this.modifiedAt = this.clock.now();
    this.encryption = new QueueEncryption(arn, settings);
    this.stored = new StoredMessages(
      this.fifo,
      this.clock,
      () => 1000 * settings.number("MessageRetentionPeriod"),
    );
    this.receiver = new Receiver(this.id, settings, this.stored, this.clock, () => {
      const target = context.deadLetterTarget(this);
      return target && { ...target, accept: (one) => target.queue.acceptDeadLetter(one, arn) };
    });
    this.polls = new LongPolls(
      this.clock,
      (request) => (this.receiver.hasRoom() ? this.receiver.take(request) : []),
      () => this.stored.nextVisibleAt,
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
    const deduplicationId = deduplicationIdOf(content, this.settings);
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
    const sequenceNumber = this.fifo ? this.nextSequenceNumber() : undefined;
    const now = this.clock.now();
    const message = newMessage(content, now, delaySeconds > 0, sequenceNumber);
    this.stored.add(message, delaySeconds > 0 ? now + delaySeconds * 1000 : undefined);
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
    this.stored.add({
      ...message,
      content: { ...message.content, span },
      state: "visible",
      receivesHere: 0,
      receiptHandle: undefined,
      deadLetterSource: sourceArn,
      arrivedAt: this.clock.now(),
      ...(this.fifo && {
        retainedFrom: this.clock.now(),
        sequenceNumber: this.nextSequenceNumber(),
      }),
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
    this.stored.refresh();
    if (this.receiver.hasRoom()) return this.counted(this.receiver.take(request));
    // FIFO queues return no messages instead of the error.
    if (this.fifo) return [];
    throw new AwsError("OverLimit", `Too many messages in flight: the limit is ${MAX_IN_FLIGHT}.`);
  }

  /** Receives messages, waiting up to `waitMs` for the first one. Long polling never throws OverLimit. */
  async poll(request: ReceiveRequest, waitMs: number): Promise<readonly ReceivedMessage[]> {
    this.stored.refresh();
    const messages = this.receiver.hasRoom() ? this.receiver.take(request) : [];
    return this.counted(messages.length > 0 ? messages : await this.polls.wait(request, waitMs));
  }

  /** Deletes the message of a receipt handle. A handle of an earlier receive is accepted but has no effect. */
  delete(receiptHandle: string): void {
    this.stored.refresh();
    const message = this.find(receiptHandle);
    // Deleting a message that was already deleted counts again.
    if (!message) return this.tally.deleted();
    if (this.fifo && message.state !== "inFlight") {
      throw invalidValue(receiptHandle, "ReceiptHandle", "The receipt handle has expired.");
    }
    this.tally.deleted();
    if (message.receiptHandle !== receiptHandle) return;
    this.stored.remove(message);
    this.polls.serve();
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    this.stored.refresh();
    const message = this.find(receiptHandle);
    const visibleAt = changedVisibility(message, receiptHandle, seconds, this.clock.now());
    if (!message || visibleAt === undefined) return;
    this.stored.hideUntil(message, visibleAt);
    this.stored.refresh();
    this.polls.serve();
  }

  /** Removes every message, in flight or not. */
  purge(): void {
    for (const message of this.stored.all()) this.stored.remove(message);
  }

  /** Ends waiting receives with the error or with no messages, because the queue is deleted. */
  close(error?: Error): void {
    this.polls.end(error);
    this.purge();
  }

  /** Returns the number of messages by state at the current time. */
  count(): Readonly<Record<MessageState, number>> {
    this.stored.refresh();
    return this.stored.count();
  }

  /** Returns all messages, oldest first. */
  messages(): Message[] {
    this.stored.refresh();
    return this.stored.all();
  }

  /** Returns the message that a receive would return first. */
  peek(): Message | undefined {
    this.stored.refresh();
    const [first] = this.stored.candidates();
    return first;
  }

  /** Removes a message without a receive. */
  withdraw(message: Message): void {
    this.stored.remove(message);
  }

  /**
   * Applies changed settings to existing messages. A new delay affects the delayed messages of a FIFO queue, but not
   * those of a standard queue.
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
   */
  settingsChanged(): void {
    if (this.fifo) {
      const delay = this.settings.number("DelaySeconds") * 1000;
      for (const message of this.stored.all())
        if (message.state === "delayed") this.stored.hideUntil(message, message.sentAt + delay);
    }
    this.stored.refresh();
    this.polls.serve();
  }

  private counted(messages: readonly ReceivedMessage[]): readonly ReceivedMessage[] {
    this.tally.received(messages.length);
    return messages;
  }

  private find(receiptHandle: string): Message | undefined {
    return findByReceipt(receiptHandle, this.id, this.stored);
  }
}
