import type { Deps } from "./deps";
import { messageOf } from "./thrown";

export const deploymentOnlyModule = true;

/**
 * Milliseconds. AWS refills the token bucket once a second, and many callers may wait for it: the first retry is soon.
 */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 2_000;

/** How a call is retried. */
export interface Retry {
  readonly deps: Pick<Deps, "now" | "random" | "sleep">;
  /** Milliseconds since the epoch after which there are no more retries. */
  readonly until: number;
  /**
   * False for a call that must not happen twice: it is retried only when AWS says that it did not happen, not when the
   * answer is lost. Default true.
   */
  readonly repeatable?: boolean;
}

/**
 * Makes a call, and retries it while AWS throttles it: with growing waits of random length, so that callers that wait
 * for the same token bucket do not retry at the same time.
 * https://docs.aws.amazon.com/general/latest/gr/api-retries.html
 */
export async function retrying<T>(
  { deps, until, repeatable = true }: Retry,
  call: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const again = isThrottled(error) || (repeatable && isTransient(error));
      const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
      const wait = longest / 2 + (deps.random() * longest) / 2;
      if (!again || deps.now() + wait > until) throw error;
      await deps.sleep(wait);
    }
  }
}

/** Checks whether AWS refused a call because there were too many: the call had no effect. */
export function isThrottled(error: unknown): boolean {
  return /^(SlowDown|Throttling|ThrottlingException|TooManyRequestsException|RequestThrottled|RequestLimitExceeded)$/.test(
    nameOf(error),
  );
}

/** Checks whether it is unknown if the call had an effect: there was no answer, or AWS failed. */
export function isTransient(error: unknown): boolean {
  const { $metadata, code } = Object(error) as {
    $metadata?: { httpStatusCode?: number };
    code?: string;
  };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status >= 500;
  return (
    /^E[A-Z]+$/.test(code ?? "") ||
    /^(TimeoutError|NetworkingError|AbortError)$/.test(nameOf(error))
  );
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "Thrown";
}

/** Returns the error in one line, for a record or a log. */
export function reasonOf(error: unknown): string {
  return `${nameOf(error)}: ${messageOf(error)}`.slice(0, 500);
}
