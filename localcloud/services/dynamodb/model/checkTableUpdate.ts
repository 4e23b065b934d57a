import type {
  CreateGlobalSecondaryIndexAction,
  GlobalSecondaryIndexUpdate,
  ProvisionedThroughput,
  UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../core/errors";
import { invalidParameters, validationException } from "./errors";
import type { Throughput } from "./table";

/** Throws for updates of indexes that are wrong whatever the table is. */
export function checkIndexUpdates(updates: readonly GlobalSecondaryIndexUpdate[]): void {
  const names = new Set<string | undefined>();
  for (const { Create, Update, Delete } of updates) {
    const update = Create ?? Update ?? Delete;
    if (!update)
      throw invalidParameters(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
      );
    if (names.has(update.IndexName))
      throw invalidParameters(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${update.IndexName}`,
      );
    names.add(update.IndexName);
  }
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1)
    throw new AwsError(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
}

/** Throws if a table has the wanted capacity already. */
export function checkThroughputChanges(
  { read, write }: Throughput,
  wanted: ProvisionedThroughput,
): void {
  const { ReadCapacityUnits, WriteCapacityUnits } = wanted;
  if (ReadCapacityUnits !== read || WriteCapacityUnits !== write) return;
  throw validationException(
    "The provisioned throughput for the table will not change. The requested value equals the current value. " +
      `Current ReadCapacityUnits provisioned for the table: ${read}. Requested ReadCapacityUnits: ${read}. ` +
      `Current WriteCapacityUnits provisioned for the table: ${write}. Requested WriteCapacityUnits: ${write}. ` +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
  );
}

/**
 * Throws if the request does not define all keys of a new index: definitions in the table do not count.
 * https://github.com/nubo-db/dynoxide/issues/144
 */
export function checkNewKeys(
  { KeySchema = [] }: CreateGlobalSecondaryIndexAction,
  input: UpdateTableCommandInput,
): void {
  const defined = (input.AttributeDefinitions ?? []).map(({ AttributeName = "" }) => AttributeName);
  const keys = KeySchema.map(({ AttributeName = "" }) => AttributeName);
  if (keys.every((name) => defined.includes(name))) return;
  throw invalidParameters(
    "Some index key attributes are not defined in AttributeDefinitions. " +
      `Keys: [${keys.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
  );
}
