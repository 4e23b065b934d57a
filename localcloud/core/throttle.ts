import { AwsError } from "./errors";

/** A token bucket that some operations of a service share, in each region of the account. */
export interface ThrottleBucket {
  readonly operations: readonly string[];
  /** Requests that may come at once: the size of the bucket. */
  readonly burst: number;
  /** Requests per second that may come for ever; a whole number. */
  readonly refillPerSecond: number;
  /** Error code of the refusal. Default `ThrottlingException`; EC2 says `RequestLimitExceeded`. */
  readonly code?: string;
}

/** The part of a service that throttling looks at. */
interface ThrottledService {
  readonly name: string;
  readonly throttles?: readonly ThrottleBucket[];
}

/**
 * Counts the requests of every bucket in cloud time; one refused costs nothing.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.md
 */
export class Throttle {
  private readonly levels = new Map<string, Level>();

  /** Fills every bucket. */
  clear(): void {
    this.levels.clear();
  }

  /** Takes a token, or throws the service's throttling error when none is left. */
  take(service: ThrottledService, call: { operation: string; region: string }, now: number): void {
    for (const [index, bucket] of (service.throttles ?? []).entries()) {
      if (!bucket.operations.includes(call.operation)) continue;
      const key = `${service.name} ${call.region} ${index}`;
      const level = refill(bucket, this.levels.get(key), now);
      const refused = level.milliTokens < MILLI;
      this.levels.set(key, refused ? level : { ...level, milliTokens: level.milliTokens - MILLI });
      if (refused) throw throttled(bucket);
    }
  }
}

/** Thousandths of tokens: a millisecond at a whole rate per second adds a whole number of them. */
interface Level {
  readonly milliTokens: number;
  readonly at: number;
}

const MILLI = 1000;

function refill(bucket: ThrottleBucket, level: Level | undefined, now: number): Level {
  const full = bucket.burst * MILLI;
  if (!level) return { milliTokens: full, at: now };
  const added = Math.max(0, now - level.at) * bucket.refillPerSecond;
  return { milliTokens: Math.min(full, level.milliTokens + added), at: now };
}

function throttled({ code = "ThrottlingException" }: ThrottleBucket): AwsError {
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
  if (code === "RequestLimitExceeded")
    return new AwsError(code, "Request limit exceeded.", { status: 503 });
  return new AwsError(code, "Rate exceeded");
}
