import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../core/errors";
import { required } from "./errors";

/** Maximum number of entries in one batch. */
const MAX_ENTRIES = 10;

/** As in SQS's responses, an empty list is absent. */
export interface BatchOutput<Result> {
  Successful: Result[] | undefined;
  Failed: BatchResultErrorEntry[] | undefined;
}

/** Returns the entries of a batch request. Throws AWS's error if the batch as a whole is invalid. */
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

/** Runs the entries one by one, in order. An error of one entry fails only that entry. */
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
