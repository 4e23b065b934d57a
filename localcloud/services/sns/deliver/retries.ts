import type { Subscription, Topic } from "../store";

/** Returns the delay before the next retry of a delivery, in milliseconds; undefined after the last one. */
export type Delays = (retries: number) => number | undefined;

/**
 * Delays for AWS endpoints: 3 retries immediately, 2 after a second, 10 with backoff, then every 20 seconds for 23
 * days.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export const awsDelays: Delays = (retries) => {
  if (retries < 3) return 0;
  if (retries < 5) return 1000;
  if (retries < 15) return 1000 + (19_000 * (retries - 4)) / 10;
  return retries < 100_015 ? 20_000 : undefined;
};

/** `healthyRetryPolicy` of a delivery policy, in seconds. */
interface RetryPolicy {
  readonly numRetries?: number;
  readonly minDelayTarget?: number;
  readonly maxDelayTarget?: number;
  readonly numNoDelayRetries?: number;
  readonly numMinDelayRetries?: number;
  readonly numMaxDelayRetries?: number;
  readonly backoffFunction?: "linear" | "arithmetic" | "geometric" | "exponential";
}

/**
 * Returns the delays for web servers: as the subscription or its topic configures them, else three retries at
 * intervals of 20 seconds.
 */
export function httpDelays(subscription: Subscription, topic: Topic | undefined): Delays {
  const policy: RetryPolicy = {
    ...policyOf(topic?.settings.get("DeliveryPolicy"), "http"),
    ...policyOf(subscription.settings.get("DeliveryPolicy")),
  };
  const { numRetries = 3, minDelayTarget: min = 20, maxDelayTarget: max = 20 } = policy;
  const { numNoDelayRetries: none = 0, numMinDelayRetries: least = 0 } = policy;
  const { numMaxDelayRetries: most = 0, backoffFunction = "linear" } = policy;
  const between = numRetries - none - least - most;
  return (retries) => {
    if (retries >= numRetries) return undefined;
    if (retries < none) return 0;
    if (retries < none + least) return min * 1000;
    if (retries >= numRetries - most) return max * 1000;
    const share = between > 1 ? (retries - none - least) / (between - 1) : 1;
    return 1000 * BACKOFF[backoffFunction](min, max, share);
  };
}

type Backoff = (min: number, max: number, share: number) => number;

/** Growth of a delay from the minimum to the maximum; AWS documents the curves without formulas. */
const BACKOFF: Readonly<Record<NonNullable<RetryPolicy["backoffFunction"]>, Backoff>> = {
  linear: (min, max, share) => min + (max - min) * share,
  arithmetic: (min, max, share) => min + (max - min) * share ** 2,
  geometric: (min, max, share) => min * (max / min) ** share,
  exponential: (min, max, share) => min * (max / min) ** (share ** 2),
};

function policyOf(text: string | undefined, part?: "http"): RetryPolicy {
  if (!text) return {};
  // The setting was validated as a JSON object.
  const policy = JSON.parse(text) as {
    healthyRetryPolicy?: RetryPolicy;
    http?: { defaultHealthyRetryPolicy?: RetryPolicy };
  };
  return (part ? policy.http?.defaultHealthyRetryPolicy : policy.healthyRetryPolicy) ?? {};
}
