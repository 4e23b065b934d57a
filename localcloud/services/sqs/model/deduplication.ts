import { createHash } from "node:crypto";

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

/** Returns the content-based deduplication id: SHA-256 of the body, without the attributes. */
export function contentDeduplicationId(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}
