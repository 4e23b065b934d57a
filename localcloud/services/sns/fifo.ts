import { createHash } from "node:crypto";
import { invalidParameter } from "./api";
import type { PublishEntry } from "./message";
import type { Topic } from "./store";

/** https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html */
const DEDUPLICATION_MS = 5 * 60_000;

interface Published {
  readonly MessageId: string;
  readonly SequenceNumber: string;
}

/** Sequence numbers of a FIFO topic, and its messages of the last five minutes. */
export class TopicOrder {
  private last = 10n ** 19n;
  private readonly recent = new Map<string, Published & { readonly until: number }>();

  next(): string {
    this.last += 1n;
    return String(this.last).padStart(20, "0");
  }

  /** Returns the message that was recently published with the same id. */
  known(id: string, now: number): Published | undefined {
    for (const [key, { until }] of this.recent) if (until <= now) this.recent.delete(key);
    return this.recent.get(id);
  }

  remember(id: string, published: Published, now: number): void {
    this.recent.set(id, { ...published, until: now + DEDUPLICATION_MS });
  }
}

/** Returns the deduplication id of an entry; undefined on a standard topic. */
export function deduplicationId(
  { settings, order }: Topic,
  entry: PublishEntry,
): string | undefined {
  const { MessageGroupId: group, MessageDeduplicationId: given, Message } = entry;
  if (!order) {
    if (given !== undefined)
      throw invalidParameter(
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
      );
    return undefined;
  }
  if (group === undefined)
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  if (given === undefined && settings.get("ContentBasedDeduplication") !== "true")
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  return given ?? createHash("sha256").update(Message).digest("hex");
}

/** Returns the id within its scope: the topic, or the message group. */
export function deduplicationKey({ settings }: Topic, id: string, group = ""): string {
  return settings.get("FifoThroughputScope") === "MessageGroup" ? `${group} ${id}` : id;
}
