import type { Message } from "./message";

/** The messages of a queue that can be received, in the order of the queue's type. */
export interface Backlog {
  /** Adds a message that has arrived in the queue. */
  add(message: Message): void;
  /** Removes a message that has left the queue. */
  remove(message: Message): void;
  /** Re-evaluates a message after its `state` has changed. */
  update(message: Message): void;
  /** Returns messages that one receive may return, best first. The backlog must not change during the iteration. */
  candidates(): Iterable<Message>;
}

/** The backlog of a standard queue: all visible messages. A message that becomes visible again goes to the end. */
export class StandardBacklog implements Backlog {
  private readonly visible = new Set<Message>();

  add(message: Message): void {
    this.update(message);
  }

  remove(message: Message): void {
    this.visible.delete(message);
  }

  update(message: Message): void {
    if (message.state === "visible") this.visible.add(message);
    else this.visible.delete(message);
  }

  candidates(): Iterable<Message> {
    return this.visible;
  }
}

/** The messages of one group that are in the queue, in the order they were sent. */
interface Group {
  readonly messages: Set<Message>;
  readonly inFlight: Set<Message>;
}

/**
 * The backlog of a FIFO queue: the groups without a message in flight, each from its first message up to the first
 * one that is still delayed.
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class FifoBacklog implements Backlog {
  private readonly groups = new Map<string, Group>();
  private readonly ready = new Set<Group>();

  add(message: Message): void {
    const group = this.groupOf(message);
    group.messages.add(message);
    this.update(message);
  }

  remove(message: Message): void {
    const group = this.groupOf(message);
    group.messages.delete(message);
    group.inFlight.delete(message);
    this.settle(group);
    if (group.messages.size === 0) this.groups.delete(groupId(message));
  }

  update(message: Message): void {
    const group = this.groupOf(message);
    if (message.state === "inFlight") group.inFlight.add(message);
    else group.inFlight.delete(message);
    this.settle(group);
  }

  *candidates(): Iterable<Message> {
    for (const group of this.ready) {
      for (const message of group.messages) {
        if (message.state !== "visible") break;
        yield message;
      }
    }
  }

  private settle(group: Group): void {
    const [first] = group.messages;
    if (group.inFlight.size === 0 && first?.state === "visible") this.ready.add(group);
    else this.ready.delete(group);
  }

  private groupOf(message: Message): Group {
    const id = groupId(message);
    let group = this.groups.get(id);
    if (!group) {
      group = { messages: new Set(), inFlight: new Set() };
      this.groups.set(id, group);
    }
    return group;
  }
}

function groupId(message: Message): string {
  return message.content.groupId ?? "";
}
