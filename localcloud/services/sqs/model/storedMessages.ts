import type { Clock } from "../../../core/clock";
import { FifoBacklog, StandardBacklog, type Backlog } from "./backlog";
import { Deadlines } from "./deadlines";
import type { Message, MessageState } from "./message";

/** The messages in a queue by state. Over time, hidden ones become visible and all of them expire. */
export class StoredMessages {
  private readonly messages = new Map<string, Message>();
  private readonly counts: Record<MessageState, number> = { delayed: 0, visible: 0, inFlight: 0 };
  private readonly backlog: Backlog;
  private readonly hiddenUntil = new Deadlines<Message>();
  private readonly retainedFrom = new Deadlines<Message>();

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
  get nextVisibleAt(): number | undefined {
    return this.hiddenUntil.earliest;
  }

  /** Returns messages that one receive may return, best first. The messages must not change during the iteration. */
  candidates(): Iterable<Message> {
    return this.backlog.candidates();
  }

  /** Adds a message; a delayed one becomes visible at `visibleAt`. */
  add(message: Message, visibleAt?: number): void {
    this.messages.set(message.id, message);
    this.retainedFrom.set(message, message.retainedFrom);
    if (visibleAt !== undefined) this.hiddenUntil.set(message, visibleAt);
    this.counts[message.state] += 1;
    this.backlog.add(message);
  }

  remove(message: Message): void {
    this.messages.delete(message.id);
    this.retainedFrom.delete(message);
    this.hiddenUntil.delete(message);
    this.counts[message.state] -= 1;
    this.backlog.remove(message);
  }

  /** Puts a message in flight until `visibleAt`. */
  hide(message: Message, visibleAt: number): void {
    this.hiddenUntil.set(message, visibleAt);
    this.setState(message, "inFlight");
  }

  /** Changes the instant at which a hidden message becomes visible. */
  hideUntil(message: Message, visibleAt: number): void {
    this.hiddenUntil.set(message, visibleAt);
  }

  /** Applies the current time: expires messages, and ends delays and visibility timeouts. */
  refresh(): void {
    const now = this.clock.now();
    for (const message of this.retainedFrom.takeDue(now - this.retentionMs())) this.remove(message);
    for (const message of this.hiddenUntil.takeDue(now)) this.setState(message, "visible");
  }

  private setState(message: Message, state: MessageState): void {
    this.counts[message.state] -= 1;
    this.counts[state] += 1;
    message.state = state;
    this.backlog.update(message);
  }
}
