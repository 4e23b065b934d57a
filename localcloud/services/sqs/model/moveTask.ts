import { randomUUID } from "node:crypto";
import { cause, link } from "../../../core/trace";
import type { Clock } from "../../../core/clock";
import type { Queue } from "./queue";

export type MoveTaskStatus = "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";

export interface MoveTaskOptions {
  readonly source: Queue;
  readonly destinationArn?: string;
  readonly maxPerSecond?: number;
  /** Queue to move the messages to; absent: each message returns to its own source. */
  readonly destination?: Queue;
}

/** The queues of the region. */
interface Queues {
  readonly clock: Clock;
  byArn(arn: string): Queue | undefined;
}

/** Default rate of a task: the maximum that SQS allows. */
const DEFAULT_PER_SECOND = 500;

/**
 * Moves the messages of a dead-letter queue back, a number of them each second of cloud time. A moved message becomes
 * a new message, with a new id and age.
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
export class MoveTask {
  readonly handle: string;
  readonly startedAt: number;
  readonly toMove: number;
  status: MoveTaskStatus = "RUNNING";
  failureReason: string | undefined;
  moved = 0;
  private readonly by = cause();

  constructor(
    readonly options: MoveTaskOptions,
    private readonly queues: Queues,
  ) {
    const identity = { taskId: randomUUID(), sourceArn: options.source.arn };
    this.handle = Buffer.from(JSON.stringify(identity)).toString("base64");
    this.startedAt = queues.clock.now();
    this.toMove = options.source.count().visible;
  }

  /** Moves messages from now on; has no effect if the task has ended. */
  begin(): void {
    this.queues.clock.setTimeout(() => this.step(), 0);
  }

  cancel(): void {
    this.status = "CANCELLED";
  }

  private step(): void {
    if (this.status !== "RUNNING") return;
    const perSecond = this.options.maxPerSecond ?? DEFAULT_PER_SECOND;
    for (let left = perSecond; left > 0; left -= 1) {
      if (this.moved >= this.toMove || !this.moveOne()) break;
    }
    if (this.status !== "RUNNING") return;
    if (this.moved >= this.toMove || this.options.source.count().visible === 0)
      this.status = "COMPLETED";
    else this.queues.clock.setTimeout(() => this.step(), 1000);
  }

  /** Moves one message. Returns false if there is no message or no destination. */
  private moveOne(): boolean {
    const { source, destination: chosen } = this.options;
    const message = source.peek();
    if (!message) return false;
    const { deadLetterSource = "" } = message;
    const destination = chosen ?? this.queues.byArn(deadLetterSource);
    if (!destination) {
      this.status = "FAILED";
      this.failureReason =
        message.deadLetterSource === undefined
          ? "CouldNotDetermineMessageSource"
          : "AWS.SimpleQueueService.NonExistentQueue";
      return false;
    }
    source.withdraw(message);
    const { content } = message;
    const span = content.span && destination.takeOver(content.span, "ok");
    link(this.by, span, "redriven");
    destination.enqueue({ ...content, span }, 0);
    this.moved += 1;
    return true;
  }
}
