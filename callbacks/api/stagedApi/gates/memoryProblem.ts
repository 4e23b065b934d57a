export const deploymentOnlyModule = true;

/** Lambda's error of a call that failed. */
export interface FailedCall {
  readonly errorType?: string;
  readonly errorMessage?: string;
}

/**
 * Returns the sentence for a version that ran out of memory; undefined when it failed for another reason. Lambda names
 * the reason, or only says that the process was killed: then the last line of the log shows that all memory was used.
 * https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
 *
 * @param log the end of the call's log, whose last line is a report as text or as JSON.
 */
export function memoryProblem(
  name: string,
  { errorType, errorMessage = "" }: FailedCall,
  log: string,
): string | undefined {
  const size = /(?:Memory Size: |"memorySizeMB":)(\d+)/.exec(log)?.[1];
  const used = /(?:Max Memory Used: |"maxMemoryUsedMB":)(\d+)/.exec(log)?.[1] ?? 0;
  const isUsedUp = /signal: killed/.test(errorMessage) && size !== undefined && +used >= +size;
  if (errorType !== "Runtime.OutOfMemory" && !isUsedUp) return undefined;
  const most = size === undefined ? "memory" : `${size} MB of memory`;
  return `${name} ran out of its ${most}; raise memorySize, or let the callback keep less`;
}
