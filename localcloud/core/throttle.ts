import { AwsError } from "./errors";

/** A token bucket that some operations of a service share, per region of the account. */
export interface ThrottleBucket {
  readonly operations: readonly string[];
  /** Size of the bucket: the maximum burst of requests. */
  readonly burst: number;
  /** Sustained requests per second; an integer. */
  readonly refillPerSecond: number;
  /** Error code of the refusal. Default `ThrottlingException`; EC2 says `RequestLimitExceeded`. */
  readonly code?: string;
}

/** The parts of a service that throttling needs. */
interface ThrottledService {
  readonly name: string;
  readonly throttles?: readonly ThrottleBucket[];
}

/**
 * Counts the requests of every bucket in cloud time; a refused request takes no token.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.md
 */
export class Throttle {
  private readonly levels = new Map<string, Level>();

  /** Fills every bucket. */
  clear(): void {
    this.levels.clear();
  }

  /** Takes a token. Throws the service's throttling error if none is left. */
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

/**
 * Level of a bucket in thousandths of tokens, so that each millisecond adds an integer at an integer rate per second.
 */
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
