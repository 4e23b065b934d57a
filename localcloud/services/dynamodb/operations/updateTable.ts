import type {
  CreateGlobalSecondaryIndexAction,
  GlobalSecondaryIndexUpdate,
  ProvisionedThroughput,
  UpdateTableCommandInput,
  UpdateTableOutput,
} from "@aws-sdk/client-dynamodb";
import {
  checkAttributesDefined,
  checkIndexThroughput,
  checkProjection,
  checkStream,
  checkUnits,
  keyAttributes,
} from "../model/checkTable";
import { checkIndexUpdates, checkNewKeys, checkThroughputChanges } from "../model/checkTableUpdate";
import { encryptionOf } from "./createTable";
import {
  invalidParameters,
  optionNotImplemented,
  refuseOptions,
  resourceNotFound,
  validationException,
} from "../model/errors";
import type { DynamoDbStore } from "../store";
import {
  describe,
  engineTable,
  newGlobalIndex,
  throughputOf,
  type GlobalIndex,
  type Table,
  type Throughput,
} from "../model/table";
import { onTable, type DynamoDbContext } from "../model/tableAccess";

export const updateTable = onTable(
  "UpdateTable",
  (input: UpdateTableCommandInput, context): Promise<UpdateTableOutput> => {
    checkRequest(input);
    // Writes wait until a new index is filled, and a second update waits until this one is complete.
    return context.store.lock.exclusive(() => update(input, context));
  },
);

async function update(
  input: UpdateTableCommandInput,
  context: DynamoDbContext,
): Promise<UpdateTableOutput> {
  const { store, clock } = context;
  const table = store.described(input.TableName);
  const before = { ...table };
  const next = changedTable(table, input, clock.date());
  if (input.SSESpecification) next.encryption = await encryptionOf(input.SSESpecification, context);
  await applyIndexes(store, table, next, input);
  // Only what this request changes: the time to live, for example, may have been changed meanwhile.
  const changes = Object.entries(next).filter(
    ([member, value]: [string, unknown]) => value !== before[member as keyof Table],
  );
  Object.assign(table, Object.fromEntries(changes));
  return { TableDescription: describe(table, "UPDATING") };
}

const CHANGES = [
  "BillingMode",
  "DeletionProtectionEnabled",
  "GlobalSecondaryIndexUpdates",
  "OnDemandThroughput",
  "ProvisionedThroughput",
  "SSESpecification",
  "StreamSpecification",
  "TableClass",
] as const;

function checkRequest(input: UpdateTableCommandInput): void {
  refuseOptions(input, [
    "WarmThroughput",
    "ReplicaUpdates",
    "MultiRegionConsistency",
    "GlobalTableWitnessUpdates",
    "GlobalTableSettingsReplicationMode",
    "DisassociationProtectionEnabled",
    "VectorIndexUpdates",
  ]);
  if (input.StreamSpecification?.StreamEnabled) throw optionNotImplemented("StreamSpecification");
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const given = { ...input, GlobalSecondaryIndexUpdates: updates[0] };
  if (CHANGES.every((change) => given[change] === undefined))
    throw validationException(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    );
  if (input.BillingMode === "PROVISIONED" && !input.ProvisionedThroughput)
    throw invalidParameters(
      "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
    );
  checkUnits(input.ProvisionedThroughput);
  checkStream(input.StreamSpecification);
  checkIndexUpdates(updates);
}

/** Returns the table after the update. Validates everything before it changes anything. */
function changedTable(table: Table, input: UpdateTableCommandInput, now: Date): Table {
  const billingMode = input.BillingMode ?? table.billingMode;
  const onDemand = billingMode === "PAY_PER_REQUEST";
  if (onDemand && input.ProvisionedThroughput)
    throw invalidParameters(
      "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    );
  if (input.ProvisionedThroughput && billingMode === table.billingMode)
    checkThroughputChanges(table.throughput, input.ProvisionedThroughput);
  const becomesOnDemand = onDemand && table.billingMode !== "PAY_PER_REQUEST";
  const next: Table = {
    ...table,
    billingMode,
    throughput: onDemand
      ? throughputOf(undefined)
      : changedThroughput(table.throughput, input.ProvisionedThroughput, now),
    onDemandSince: becomesOnDemand ? now : table.onDemandSince,
    onDemand: input.OnDemandThroughput ?? table.onDemand,
    deletionProtection: input.DeletionProtectionEnabled ?? table.deletionProtection,
    globalIndexes: changedIndexes(table, input, onDemand, now),
  };
  if (input.TableClass && input.TableClass !== (table.tableClass ?? "STANDARD")) {
    next.tableClass = input.TableClass;
    next.tableClassChangedAt = now;
  }
  for (const { Create } of input.GlobalSecondaryIndexUpdates ?? [])
    if (Create) checkNewKeys(Create, input);
  next.attributes = changedAttributes(next, input);
  checkAttributesDefined(next);
  checkIndexThroughput(next);
  return next;
}

function changedThroughput(
  current: Throughput,
  wanted: ProvisionedThroughput | undefined,
  now: Date,
): Throughput {
  if (!wanted) return current;
  const { read, write } = throughputOf(wanted);
  return {
    ...current,
    read,
    write,
    ...((read > current.read || write > current.write) && { increasedAt: now }),
    ...((read < current.read || write < current.write) && { decreasedAt: now }),
  };
}

function changedIndexes(
  table: Table,
  { GlobalSecondaryIndexUpdates = [] }: UpdateTableCommandInput,
  onDemand: boolean,
  now: Date,
): GlobalIndex[] {
  let indexes = table.globalIndexes.map((index) =>
    onDemand ? { ...index, throughput: throughputOf(undefined) } : index,
  );
  for (const update of GlobalSecondaryIndexUpdates)
    indexes = changedBy(update, indexes, table, now);
  return indexes;
}

function changedBy(
  { Create, Update, Delete }: GlobalSecondaryIndexUpdate,
  indexes: GlobalIndex[],
  table: Table,
  now: Date,
): GlobalIndex[] {
  const name = Create?.IndexName ?? Update?.IndexName ?? Delete?.IndexName;
  const exists = indexes.some((index) => index.name === name);
  if (Create) {
    refuseOptions(Create, ["WarmThroughput"]);
    const local = table.localIndexes.some(({ IndexName }) => IndexName === name);
    if (exists || local)
      throw validationException("Attempting to create an index which already exists");
    checkProjection(Create.Projection);
    checkUnits(Create.ProvisionedThroughput);
    return [...indexes, newGlobalIndex(Create)];
  }
  if (!exists) throw resourceNotFound();
  if (Delete) return indexes.filter((index) => index.name !== name);
  if (!Update) return indexes;
  refuseOptions(Update, ["WarmThroughput"]);
  checkUnits(Update.ProvisionedThroughput);
  return indexes.map((index) =>
    index.name === name
      ? {
          ...index,
          throughput: changedThroughput(index.throughput, Update.ProvisionedThroughput, now),
          onDemand: Update.OnDemandThroughput ?? index.onDemand,
        }
      : index,
  );
}

/**
 * Returns the definitions of attributes that are still used as keys. The type of a key does not change: another
 * definition of it is ignored, as on AWS.
 * https://github.com/paritysuite/dynamodb-conformance/issues/78
 */
function changedAttributes(table: Table, { AttributeDefinitions = [] }: UpdateTableCommandInput) {
  const known = table.attributes.map(({ AttributeName }) => AttributeName);
  const added = AttributeDefinitions.filter(({ AttributeName }) => !known.includes(AttributeName));
  const keys = keyAttributes(table);
  return [...table.attributes, ...added].filter(({ AttributeName = "" }) =>
    keys.has(AttributeName),
  );
}

/** Updates the storage to the new indexes. The caller must hold the exclusive lock. */
async function applyIndexes(
  store: DynamoDbStore,
  table: Table,
  next: Table,
  { GlobalSecondaryIndexUpdates = [] }: UpdateTableCommandInput,
): Promise<void> {
  const created = GlobalSecondaryIndexUpdates.flatMap(({ Create }) => Create ?? []);
  const deleted = GlobalSecondaryIndexUpdates.flatMap(({ Delete }) => Delete?.IndexName ?? []);
  if (created.length === 0 && deleted.length === 0) return;
  await store.engine.writeTable(engineTable(next));
  for (const index of created) await fill(store, next, index);
  for (const name of deleted) await store.engine.dropIndex(table.name, { type: "Global", name });
}

async function fill(
  store: DynamoDbStore,
  table: Table,
  index: CreateGlobalSecondaryIndexAction,
): Promise<void> {
  const name = index.IndexName ?? "";
  await store.engine.fillIndex(engineTable(table), { type: "Global", name }, index);
}
