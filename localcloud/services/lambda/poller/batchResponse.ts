/**
 * Returns the messages of a batch that failed, from a function's response with ReportBatchItemFailures. No response,
 * null or an empty list means that the whole batch succeeded. Returns undefined if the whole batch failed: the
 * response is malformed, or has an empty or unknown identifier.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedItems(
  payload: string,
  messageIds: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  let response: unknown;
  try {
    response = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (response === null || response === "") return new Set();
  if (!isRecord(response)) return undefined;
  const { batchItemFailures } = response;
  if (batchItemFailures === undefined || batchItemFailures === null) return new Set();
  if (!Array.isArray(batchItemFailures)) return undefined;
  const failed = new Set<string>();
  for (const item of batchItemFailures as unknown[]) {
    const id = isRecord(item) ? item.itemIdentifier : undefined;
    if (typeof id !== "string" || !messageIds.has(id)) return undefined;
    failed.add(id);
  }
  return failed;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
