import type { Clock } from "../../../core/clock";
import { FifoBacklog, StandardBacklog, type Backlog } from "./backlog";
import { Deadlines } from "./deadlines";
import type { Message, MessageState } from "./message";

/** The messages in a queue by state. Over time, hidden ones become visible and all of them expire. */
export class Shelf {
  private readonly messages = new Map<string, Message>();
  private readonly counts: Record<MessageState, number> = { delayed: 0, visible: 0, inFlight: 0 };
  private readonly backlog: Backlog;
  private readonly wakes = new Deadlines<Message>();
  private readonly ages = new Deadlines<Message>();

  constructor(
    fifo: boolean,
    private readonly clock: Clock,
    private readonly retentionMs: () => number,
  ) {
    this.backlog = fifo ? new FifoBacklog() : new StandardBacklog();
  }

  get(id: string): Message | undefined {
    return this.messages.get(id);
  }

  all(): Message[] {
    return [...this.messages.values()];
  }

  /** Messages by state. */
  count(): Readonly<Record<MessageState, number>> {
    return this.counts;
  }

  /** When the next hidden message becomes visible; undefined if none is hidden. */
  get nextWake(): number | undefined {
    return this.wakes.earliest;
  }

  /** Returns messages that one receive may return, best first. The shelf must not change during the iteration. */
  candidates(): Iterable<Message> {
    return this.backlog.candidates();
  }

  /** Adds a message; a delayed one becomes visible at `wakesAt`. */
  add(message: Message, wakesAt?: number): void {
    this.messages.set(message.id, message);
    this.ages.set(message, message.retainedFrom);
    if (wakesAt !== undefined) this.wakes.set(message, wakesAt);
    this.counts[message.state] += 1;
    this.backlog.add(message);
  }

  remove(message: Message): void {
    this.messages.delete(message.id);
    this.ages.delete(message);
    this.wakes.delete(message);
    this.counts[message.state] -= 1;
    this.backlog.remove(message);
  }

  /** Puts a message in flight until `wakesAt`. */
  hide(message: Message, wakesAt: number): void {
    this.wakes.set(message, wakesAt);
    this.setState(message, "inFlight");
  }

  /** Changes the instant at which a hidden message becomes visible. */
  rewake(message: Message, wakesAt: number): void {
    this.wakes.set(message, wakesAt);
  }

  /** Applies the current time: expires messages, and ends delays and visibility timeouts. */
  refresh(): void {
    const now = this.clock.now();
    for (const message of this.ages.takeDue(now - this.retentionMs())) this.remove(message);
    for (const message of this.wakes.takeDue(now)) this.setState(message, "visible");
  }

  private setState(message: Message, state: MessageState): void {
    this.counts[message.state] -= 1;
    this.counts[state] += 1;
    message.state = state;
    this.backlog.update(message);
  }
}
