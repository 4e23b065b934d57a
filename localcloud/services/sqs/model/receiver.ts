import type { Clock } from "../../../core/clock";
import { Recent } from "./deduplication";
import { newReceiptHandle, type Message } from "./message";
import type { QueueSettings } from "./queueSettings";
import type { StoredMessages } from "./storedMessages";

/**
 * Maximum number of messages in flight per queue. FIFO queues have the same limit since 2024.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const MAX_IN_FLIGHT = 120_000;

export interface ReceiveRequest {
  readonly max: number;
  /** Default: the queue's visibility timeout. */
  readonly visibilitySeconds?: number;
  /** `ReceiveRequestAttemptId`, FIFO queues only. */
  readonly attemptId?: string;
}

/** A message as a receive returned it; later changes do not affect it. */
export type ReceivedMessage = Readonly<Message> & { readonly receiptHandle: string };

/** Takes the messages that were received too often. */
export interface DeadLetters {
  readonly maxReceiveCount: number;
  accept(message: Message): void;
}

/** Puts messages of a queue in flight, or among its dead letters. */
export class Receiver {
  private readonly attempts = new Recent<readonly ReceivedMessage[]>();

  constructor(
    private readonly queueId: string,
    private readonly settings: QueueSettings,
    private readonly stored: StoredMessages,
    private readonly clock: Clock,
    /** Undefined without a redrive policy. */
    private readonly deadLetters: () => DeadLetters | undefined,
  ) {}

  /** Checks whether a receive may put a message in flight. */
  hasRoom(): boolean {
    return this.stored.count().inFlight < MAX_IN_FLIGHT;
  }

  /** Receives available messages; a repeated attempt returns those of the first one. */
  take(request: ReceiveRequest): readonly ReceivedMessage[] {
    this.stored.refresh();
    const now = this.clock.now();
    const visibleAt =
      now + 1000 * (request.visibilitySeconds ?? this.settings.number("VisibilityTimeout"));
    const again = this.repeated(request.attemptId, visibleAt);
    if (again) return again;
    const deadLetters = this.deadLetters();
    const { chosen, dead } = this.choose(request.max, deadLetters?.maxReceiveCount);
    for (const message of dead) {
      this.stored.remove(message);
      deadLetters?.accept(message);
    }
    const received = chosen.map((message) => this.hide(message, visibleAt));
    if (request.attemptId !== undefined && received.length > 0)
      this.attempts.set(request.attemptId, received, now);
    return received;
  }

  private choose(max: number, maxReceiveCount = Infinity): { chosen: Message[]; dead: Message[] } {
    const room = Math.min(max, MAX_IN_FLIGHT - this.stored.count().inFlight);
    const chosen: Message[] = [];
    const dead: Message[] = [];
    for (const message of this.stored.candidates()) {
      if (chosen.length >= room) break;
      if (message.receivesHere >= maxReceiveCount) dead.push(message);
      else chosen.push(message);
    }
    return { chosen, dead };
  }

  private hide(message: Message, visibleAt: number): ReceivedMessage {
    const now = this.clock.now();
    message.receiveCount += 1;
    message.receivesHere += 1;
    message.firstReceivedAt ??= now;
    message.lastReceivedAt = now;
    const receiptHandle = newReceiptHandle(this.queueId, message);
    message.receiptHandle = receiptHandle;
    this.stored.hide(message, visibleAt);
    return { ...message, receiptHandle };
  }

  /**
   * Returns the messages of an earlier attempt with the same id, with a new visibility timeout, if they are still in
   * flight from that attempt.
   */
  private repeated(
    attemptId: string | undefined,
    visibleAt: number,
  ): readonly ReceivedMessage[] | undefined {
    if (attemptId === undefined) return undefined;
    const earlier = this.attempts.get(attemptId, this.clock.now());
    const current = earlier?.map((received) => this.stored.get(received.id));
    const untouched = current?.every(
      (message, i) =>
        message?.state === "inFlight" && message.receiptHandle === earlier?.[i].receiptHandle,
    );
    if (!current || !untouched) return undefined;
    for (const message of current) if (message) this.stored.hideUntil(message, visibleAt);
    return earlier;
  }
}
