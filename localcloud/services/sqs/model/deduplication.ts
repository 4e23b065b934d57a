import { createHash } from "node:crypto";
import { invalidParameterValue } from "./errors";
import type { MessageContent } from "./message";
import type { QueueSettings } from "./queueSettings";

/**
 * How long a deduplication id is remembered, even after its message was deleted.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export const DEDUPLICATION_MS = 5 * 60_000;

/** Values kept for the deduplication interval, oldest first. */
export class Recent<Value> {
  private readonly entries = new Map<string, { value: Value; at: number }>();

  get(key: string, now: number): Value | undefined {
    this.forget(now);
    return this.entries.get(key)?.value;
  }

  set(key: string, value: Value, now: number): void {
    this.forget(now);
    // Deleted first, so that the map's order stays chronological.
    this.entries.delete(key);
    this.entries.set(key, { value, at: now });
  }

  private forget(now: number): void {
    for (const [key, { at }] of this.entries) {
      if (at + DEDUPLICATION_MS > now) return;
      this.entries.delete(key);
    }
  }
}

/** Returns the deduplication id of a message to a FIFO queue. Throws if the message has none and the queue derives none. */
export function deduplicationIdOf(content: MessageContent, settings: QueueSettings): string {
  checkDeduplicationId(content.deduplicationId, settings);
  return content.deduplicationId ?? contentDeduplicationId(content.body);
}

/** Refuses a message without a deduplication id unless the queue derives it from the content. */
export function checkDeduplicationId(
  deduplicationId: string | undefined,
  settings: QueueSettings,
): void {
  if (deduplicationId !== undefined || settings.deduplicatesContent) return;
  throw invalidParameterValue(
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}

/** Returns the content-based deduplication id: SHA-256 of the body, without the attributes. */
function contentDeduplicationId(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}
