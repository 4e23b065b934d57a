import { randomUUID } from "node:crypto";
import type {
  AttributeDefinition,
  BillingMode,
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndex,
  OnDemandThroughput,
  ProvisionedThroughput,
  SSEDescription,
  TableClass,
  TableDescription,
  TableStatus,
} from "@aws-sdk/client-dynamodb";
import { toWire } from "./attributeValues";
import type { DynaliteTable } from "./dynalite";
import type { EngineIndex } from "./engine";

/** A global secondary index and its history. */
export interface GlobalIndex {
  readonly name: string;
  readonly definition: GlobalSecondaryIndex;
  throughput: Throughput;
  onDemand?: OnDemandThroughput;
}

/** Provisioned capacity with its history; zero for on-demand tables. */
export interface Throughput {
  readonly read: number;
  readonly write: number;
  readonly increasedAt?: Date;
  readonly decreasedAt?: Date;
}

/** Point-in-time recovery while it is enabled; times before `enabledAt` cannot be restored. */
export interface PointInTimeRecovery {
  readonly enabledAt: Date;
  readonly recoveryPeriodInDays: number;
}

/** A table of one region: all of its properties except the items. */
export interface Table {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly keySchema: readonly KeySchemaElement[];
  attributes: readonly AttributeDefinition[];
  readonly localIndexes: readonly LocalSecondaryIndex[];
  globalIndexes: readonly GlobalIndex[];
  billingMode: BillingMode;
  /** When the table was switched to on-demand capacity. */
  onDemandSince?: Date;
  throughput: Throughput;
  onDemand?: OnDemandThroughput;
  tableClass?: TableClass;
  tableClassChangedAt?: Date;
  encryption?: SSEDescription;
  deletionProtection: boolean;
  /** Name of the attribute with the expiry time, while time to live is enabled. */
  timeToLive?: string;
  pointInTimeRecovery?: PointInTimeRecovery;
  readonly tags: Map<string, string>;
}

/** Creates a table from a checked request. */
export function newTable(input: CreateTableCommandInput, arn: string, now: Date): Table {
  const billingMode = input.BillingMode ?? "PROVISIONED";
  return {
    id: randomUUID(),
    name: input.TableName ?? "",
    arn,
    createdAt: now,
    keySchema: input.KeySchema ?? [],
    attributes: input.AttributeDefinitions ?? [],
    localIndexes: input.LocalSecondaryIndexes ?? [],
    globalIndexes: (input.GlobalSecondaryIndexes ?? []).map(newGlobalIndex),
    billingMode,
    ...(billingMode === "PAY_PER_REQUEST" && { onDemandSince: now }),
    throughput: throughputOf(input.ProvisionedThroughput),
    onDemand: input.OnDemandThroughput,
    tableClass: input.TableClass,
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tags: new Map((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  };
}

export function newGlobalIndex(definition: GlobalSecondaryIndex): GlobalIndex {
  return {
    name: definition.IndexName ?? "",
    definition,
    throughput: throughputOf(definition.ProvisionedThroughput),
    onDemand: definition.OnDemandThroughput,
  };
}

export function throughputOf(given: ProvisionedThroughput | undefined): Throughput {
  return { read: given?.ReadCapacityUnits ?? 0, write: given?.WriteCapacityUnits ?? 0 };
}

export function hashKeyOf(keySchema: readonly KeySchemaElement[]): string {
  return keySchema.find(({ KeyType }) => KeyType === "HASH")?.AttributeName ?? "";
}

/** Returns the key schema of the table, or of one of its indexes. */
export function keySchemaOf(
  table: Table,
  indexName: string | undefined,
): readonly KeySchemaElement[] {
  if (indexName === undefined) return table.keySchema;
  const local = table.localIndexes.find(({ IndexName }) => IndexName === indexName);
  const global = table.globalIndexes.find(({ name }) => name === indexName)?.definition;
  return (local ?? global)?.KeySchema ?? [];
}

export function indexesOf(table: Table): EngineIndex[] {
  return [
    ...table.localIndexes.map(({ IndexName = "" }) => ({
      type: "Local" as const,
      name: IndexName,
    })),
    ...table.globalIndexes.map(({ name }) => ({ type: "Global" as const, name })),
  ];
}

/** Returns the table in the form that dynalite needs to store items. */
export function engineTable(table: Table): DynaliteTable {
  const globalIndexes = table.globalIndexes.map(({ definition }) => definition);
  const description = toWire({
    KeySchema: table.keySchema,
    AttributeDefinitions: table.attributes,
    ...(table.localIndexes.length > 0 && { LocalSecondaryIndexes: table.localIndexes }),
    ...(globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes }),
  });
  return { ...description, TableName: table.name, TableStatus: "ACTIVE" };
}

/** Sizes and counts stay 0: DynamoDB itself updates them only about every six hours. */
const UNCOUNTED = { ItemCount: 0 };

export function describe(table: Table, status: TableStatus = "ACTIVE"): TableDescription {
  const { localIndexes, globalIndexes } = table;
  return {
    AttributeDefinitions: [...table.attributes],
    TableName: table.name,
    KeySchema: [...table.keySchema],
    TableStatus: status,
    CreationDateTime: table.createdAt,
    ProvisionedThroughput: describeThroughput(table.throughput),
    TableSizeBytes: 0,
    ...UNCOUNTED,
    TableArn: table.arn,
    TableId: table.id,
    ...(table.onDemandSince && {
      BillingModeSummary: {
        BillingMode: table.billingMode,
        LastUpdateToPayPerRequestDateTime: table.onDemandSince,
      },
    }),
    ...(localIndexes.length > 0 && {
      LocalSecondaryIndexes: localIndexes.map((index) => ({
        ...index,
        IndexSizeBytes: 0,
        ...UNCOUNTED,
        IndexArn: `${table.arn}/index/${index.IndexName}`,
      })),
    }),
    ...(globalIndexes.length > 0 && {
      GlobalSecondaryIndexes: globalIndexes.map((index) => describeIndex(table, index, status)),
    }),
    ...(table.encryption && { SSEDescription: table.encryption }),
    ...(table.tableClass && {
      TableClassSummary: {
        TableClass: table.tableClass,
        LastUpdateDateTime: table.tableClassChangedAt,
      },
    }),
    DeletionProtectionEnabled: table.deletionProtection,
    ...(table.onDemand && { OnDemandThroughput: table.onDemand }),
  };
}

function describeIndex(
  table: Table,
  index: GlobalIndex,
  status: TableStatus,
): GlobalSecondaryIndexDescription {
  const { IndexName, KeySchema, Projection } = index.definition;
  return {
    IndexName,
    KeySchema,
    Projection,
    IndexStatus: status === "CREATING" ? "CREATING" : "ACTIVE",
    ProvisionedThroughput: describeThroughput(index.throughput),
    IndexSizeBytes: 0,
    ...UNCOUNTED,
    IndexArn: `${table.arn}/index/${index.name}`,
    ...(index.onDemand && { OnDemandThroughput: index.onDemand }),
  };
}

function describeThroughput({ read, write, increasedAt, decreasedAt }: Throughput) {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: read,
    WriteCapacityUnits: write,
    LastIncreaseDateTime: increasedAt,
    LastDecreaseDateTime: decreasedAt,
  };
}
