/** Six tries of the function, as Lambda's guide asks: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const TIMES_FUNCTION_TIMEOUT = 6;

export interface Visibility {
  /** How long SQS hides a message that was received. */
  visibilityTimeoutSeconds: number;
  /** How long the function that receives it may run. */
  functionTimeoutSeconds: number;
  /** How long the mapping waits for a batch to fill. Default 0. */
  maximumBatchingWindowInSeconds?: number;
}

/** Seconds that a queue must hide a message from other consumers while a function works on it. */
export function leastVisibility(
  functionTimeoutSeconds: number,
  maximumBatchingWindowInSeconds = 0,
): number {
  return TIMES_FUNCTION_TIMEOUT * functionTimeoutSeconds + maximumBatchingWindowInSeconds;
}

/** What is wrong with the visibility timeout of a queue that a function consumes, and how to mend it. */
export function visibilityProblem(visibility: Visibility): string | undefined {
  const { visibilityTimeoutSeconds: given, functionTimeoutSeconds: timeout } = visibility;
  const least = leastVisibility(timeout, visibility.maximumBatchingWindowInSeconds);
  if (given >= least) return undefined;
  const window = visibility.maximumBatchingWindowInSeconds;
  const why =
    `${TIMES_FUNCTION_TIMEOUT} times the function's timeout of ${timeout} s` +
    (window ? ` and the batching window of ${window} s` : "");
  return (
    `messages are hidden for ${given} s, less than ${why}: they would be handled again while the first try still ` +
    `runs; set visibilityTimeoutSeconds to ${least} or more, or shorten the function's timeout`
  );
}
