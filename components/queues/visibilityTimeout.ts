/**
 * Six times the function's timeout, as Lambda's guide recommends:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const TIMES_FUNCTION_TIMEOUT = 6;

export interface Visibility {
  /** How long SQS hides a received message. */
  visibilityTimeoutSeconds: number;
  /** The timeout of the function that receives it. */
  functionTimeoutSeconds: number;
  /** How long the mapping waits for a batch to fill. Default 0. */
  maximumBatchingWindowInSeconds?: number;
}

/** Returns the seconds that a queue must hide a message from other consumers while a function processes it. */
export function leastVisibility(
  functionTimeoutSeconds: number,
  maximumBatchingWindowInSeconds = 0,
): number {
  return TIMES_FUNCTION_TIMEOUT * functionTimeoutSeconds + maximumBatchingWindowInSeconds;
}

/**
 * Returns what is wrong with the visibility timeout of a queue that a function consumes, and how to fix it; undefined
 * if nothing is.
 */
export function visibilityProblem(visibility: Visibility): string | undefined {
  const { visibilityTimeoutSeconds: given, functionTimeoutSeconds: timeout } = visibility;
  const least = leastVisibility(timeout, visibility.maximumBatchingWindowInSeconds);
  if (given >= least) return undefined;
  const window = visibility.maximumBatchingWindowInSeconds;
  const why =
    `${TIMES_FUNCTION_TIMEOUT} times the function's timeout of ${timeout} s` +
    (window ? ` and the batching window of ${window} s` : "");
  return (
    `messages are hidden for ${given} s, less than ${why}: they would be processed again while the first attempt still ` +
    `runs; set visibilityTimeoutSeconds to ${least} or more, or shorten the function's timeout`
  );
}
