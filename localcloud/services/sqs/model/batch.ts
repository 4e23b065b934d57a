import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../core/errors";
import { required } from "./errors";

/** Most entries of one batch. */
const MAX_ENTRIES = 10;

/** Both lists are absent when they have nothing, as in SQS's own answers. */
export interface BatchOutput<Result> {
  Successful: Result[] | undefined;
  Failed: BatchResultErrorEntry[] | undefined;
}

/** The entries of a batch request; throws AWS's error when the batch as a whole is wrong. */
export function checkEntries<Entry extends { Id: string | undefined }>(
  entries: readonly Entry[] | undefined,
  entryType: string,
): readonly Entry[] {
  if (!entries?.length)
    throw new AwsError(
      "EmptyBatchRequest",
      `There should be at least one ${entryType} in the request.`,
    );
  if (entries.length > MAX_ENTRIES)
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  const seen = new Set<string>();
  for (const { Id } of entries) {
    const id = required(Id, "Id");
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(id))
      throw new AwsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    if (seen.has(id)) throw new AwsError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
    seen.add(id);
  }
  return entries;
}

/** Runs each entry for itself, in order; what one entry throws is its own failure. */
export function runEntries<Entry extends { Id: string | undefined }, Result>(
  entries: readonly Entry[],
  run: (entry: Entry) => Result,
): BatchOutput<Result & { Id: string }> {
  const successful: (Result & { Id: string })[] = [];
  const failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    const Id = required(entry.Id, "Id");
    try {
      successful.push({ ...run(entry), Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return {
    Successful: successful.length > 0 ? successful : undefined,
    Failed: failed.length > 0 ? failed : undefined,
  };
}
