import { AwsError } from "../../../core/errors";

const FIRST_DELAY_MS = 1000;
/** With this cap the 185 retries of the default policy fill most of its 24 hours. */
const LONGEST_DELAY_MS = 480_000;

/**
 * Delay before the retry after so many others, in milliseconds. AWS says "exponential backoff and
 * jitter"; here it has no jitter, so that every run is the same.
 */
export function retryDelay(retries: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(retries, 20));
}

/**
 * Whether no retry can change the error: missing permissions and targets that are gone are not tried
 * again. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function isFinal(error: Error): boolean {
  // A lost connection says nothing about whether the target got the event.
  if (!(error instanceof AwsError)) return false;
  if (error.code === "NotImplemented") return true;
  const { status = 400 } = error;
  return status < 500 && !/Throttl|TooManyRequests|RequestLimit|RequestThrottled/i.test(error.code);
}
