import { AwsError } from "../../../core/errors";

const FIRST_DELAY_MS = 1000;
/** With this maximum, the 185 retries of the default policy take most of its 24 hours. */
const LONGEST_DELAY_MS = 480_000;

/**
 * Returns the delay before the next retry, in milliseconds. AWS documents "exponential backoff and jitter"; here
 * there is no jitter, so that every run is the same.
 */
export function retryDelay(retries: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(retries, 20));
}

/**
 * Checks whether a retry cannot change the error: missing permissions and missing targets are not retried.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function isFinal(error: Error): boolean {
  // After a lost connection it is unknown whether the target received the event.
  if (!(error instanceof AwsError)) return false;
  if (error.code === "NotImplemented") return true;
  const { status = 400 } = error;
  return status < 500 && !/Throttl|TooManyRequests|RequestLimit|RequestThrottled/i.test(error.code);
}
