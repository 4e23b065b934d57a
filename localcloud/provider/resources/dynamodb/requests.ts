import type {
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  LocalSecondaryIndex,
  SSESpecification,
  ScalarAttributeType,
  TableClass,
} from "@aws-sdk/client-dynamodb";
import type { TableArgs } from "@pulumi/aws/dynamodb/table";
import { tagList, type Args } from "../../define";

export type TableInputs = Args<TableArgs>;
export type IndexInputs = NonNullable<TableInputs["globalSecondaryIndexes"]>[number];

/** Returns the CreateTable request for a table. */
export function newTable(TableName: string, inputs: TableInputs): CreateTableCommandInput {
  return {
    TableName,
    AttributeDefinitions: attributeDefinitions(inputs),
    KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
    BillingMode: onDemand(inputs) ? "PAY_PER_REQUEST" : "PROVISIONED",
    ProvisionedThroughput: throughput(inputs, onDemand(inputs)),
    // DynamoDB refuses an empty list, which the real provider omits too.
    GlobalSecondaryIndexes: unlessEmpty(
      inputs.globalSecondaryIndexes?.map((index) => globalIndex(index, inputs)),
    ),
    LocalSecondaryIndexes: unlessEmpty(
      inputs.localSecondaryIndexes?.map((index): LocalSecondaryIndex => ({
        IndexName: index.name,
        KeySchema: keySchema(inputs.hashKey, index.rangeKey),
        Projection: projection(index),
      })),
    ),
    SSESpecification: inputs.serverSideEncryption && encryption(inputs),
    DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
    TableClass: inputs.tableClass as TableClass | undefined,
    Tags: inputs.tags && tagList(inputs.tags),
  };
}

function unlessEmpty<Item>(list: Item[] | undefined): Item[] | undefined {
  return list?.length ? list : undefined;
}

export function attributeDefinitions({
  attributes,
}: TableInputs): { AttributeName: string; AttributeType: ScalarAttributeType }[] {
  return (attributes ?? []).map(({ name, type }) => ({
    AttributeName: name,
    AttributeType: type as ScalarAttributeType,
  }));
}

function keySchema(
  hash: string | undefined,
  range: string | undefined,
): { AttributeName: string; KeyType: "HASH" | "RANGE" }[] {
  return [
    ...(hash ? [{ AttributeName: hash, KeyType: "HASH" as const }] : []),
    ...(range ? [{ AttributeName: range, KeyType: "RANGE" as const }] : []),
  ];
}

export function globalIndex(index: IndexInputs, inputs: TableInputs): GlobalSecondaryIndex {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.hashKey, index.rangeKey),
    Projection: projection(index),
    ProvisionedThroughput: throughput(index, onDemand(inputs)),
  };
}

function projection(index: {
  projectionType: string;
  nonKeyAttributes?: string[];
}): GlobalSecondaryIndex["Projection"] {
  return {
    ProjectionType: index.projectionType as "ALL" | "INCLUDE" | "KEYS_ONLY",
    NonKeyAttributes: index.nonKeyAttributes,
  };
}

export function throughput(
  { readCapacity, writeCapacity }: { readCapacity?: number; writeCapacity?: number },
  perRequest: boolean,
): { ReadCapacityUnits: number; WriteCapacityUnits: number } | undefined {
  return perRequest
    ? undefined
    : { ReadCapacityUnits: readCapacity ?? 1, WriteCapacityUnits: writeCapacity ?? 1 };
}

export function encryption({ serverSideEncryption: wanted }: TableInputs): SSESpecification {
  if (!wanted?.enabled) return { Enabled: false };
  return { Enabled: true, KMSMasterKeyId: wanted.kmsKeyArn, SSEType: "KMS" };
}

export function onDemand({ billingMode }: TableInputs): boolean {
  return billingMode === "PAY_PER_REQUEST";
}
