import { AwsError } from "../../../core/errors";
import { invalidValue } from "./errors";
import { parseReceiptHandle, type Message } from "./message";
import type { StoredMessages } from "./storedMessages";

/** Longest time between a receive and the end of its visibility timeout: 12 hours, in seconds. */
const MAX_VISIBILITY_SECONDS = 43_200;

/** Returns the message of a receipt handle, undefined if it is deleted. Throws if this queue did not issue the handle. */
export function findByReceipt(
  receiptHandle: string,
  queueId: string,
  stored: StoredMessages,
): Message | undefined {
  const receipt = parseReceiptHandle(receiptHandle);
  if (receipt?.queueId !== queueId) {
    throw new AwsError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
    );
  }
  return stored.get(receipt.messageId);
}

/**
 * Returns when the message of a receipt handle becomes visible after `ChangeMessageVisibility`; undefined if the call
 * has no effect.
 */
export function changedVisibility(
  message: Message | undefined,
  receiptHandle: string,
  seconds: number,
  now: number,
): number | undefined {
  if (!message) {
    const reason = "Message does not exist or is not available for visibility timeout change.";
    throw invalidValue(receiptHandle, "ReceiptHandle", reason);
  }
  // A handle that has expired, or that a later receive has replaced, is accepted but has no effect; this
  // contradicts AWS's documentation: https://github.com/localstack/localstack/pull/9632
  if (message.receiptHandle !== receiptHandle || message.state !== "inFlight") return undefined;
  const visibleAt = now + seconds * 1000;
  if (visibleAt > (message.lastReceivedAt ?? now) + MAX_VISIBILITY_SECONDS * 1000) {
    const reason = `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`;
    throw invalidValue(seconds, "VisibilityTimeout", reason);
  }
  return visibleAt;
}
