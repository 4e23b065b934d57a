/** Average requests per second, and the maximum burst; a negative value means no limit. */
export interface ThrottleLimit {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * Token buckets, API Gateway's throttling algorithm.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  /** Takes one token; returns false if there is none. `now` is in milliseconds. */
  take(key: string, { rateLimit, burstLimit }: ThrottleLimit, now: number): boolean {
    if (rateLimit < 0 || burstLimit < 0) return true;
    const bucket = this.buckets.get(key) ?? { tokens: burstLimit, filledAt: now };
    const gained = (Math.max(0, now - bucket.filledAt) / 1000) * rateLimit;
    bucket.tokens = Math.min(burstLimit, bucket.tokens + gained);
    bucket.filledAt = now;
    this.buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
