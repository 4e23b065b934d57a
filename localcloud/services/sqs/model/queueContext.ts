import type { Clock } from "../../../core/clock";
import type { Queue } from "./queue";

/** The queue that receives another queue's dead letters. */
export interface DeadLetterTarget {
  readonly queue: Queue;
  readonly maxReceiveCount: number;
}

/** Functions of the service that a queue depends on. */
export interface QueueContext {
  readonly clock: Clock;
  /** Returns the next number for a message of a FIFO queue. */
  nextSequenceNumber(): string;
  /**
   * Returns the target of the queue's redrive policy; undefined without a policy, or if that queue does not exist.
   */
  deadLetterTarget(queue: Queue): DeadLetterTarget | undefined;
  /** Called when messages of the queue move. */
  used(queue: Queue): void;
}
