import type {
  CreateTableCommandInput,
  CreateTableOutput,
  SSEDescription,
  SSESpecification,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../core/errors";
import { forwardAccess } from "../../../core/forwardAccess";
import {
  checkAttributesUsed,
  checkIndexThroughput,
  checkProjection,
  checkStream,
} from "../model/checkTable";
import { optionNotImplemented, refuseOptions, validationException } from "../model/errors";
import { describe, engineTable, newTable } from "../model/table";
import { onTable, type DynamoDbContext } from "../model/tableAccess";
import { checkTags } from "./tags";

export const createTable = onTable(
  "CreateTable",
  async (input: CreateTableCommandInput, context): Promise<CreateTableOutput> => {
    const { store, clock } = context;
    checkRequest(input, context);
    const name = input.TableName ?? "";
    const table = newTable(input, store.arnOf(name), clock.date());
    checkAttributesUsed(table);
    checkIndexThroughput(table);
    table.encryption = await encryptionOf(input.SSESpecification, context);
    // Nothing is awaited from here to the lock, so that of two concurrent creates with one name the second is
    // refused.
    if (store.tables.has(name))
      throw new AwsError("ResourceInUseException", `Table already exists: ${name}`);
    store.tables.set(name, table);
    await store.lock.exclusive(() => store.engine.writeTable(engineTable(table)));
    return { TableDescription: describe(table, "CREATING") };
  },
);

function checkRequest(input: CreateTableCommandInput, { store }: DynamoDbContext): void {
  refuseOptions(input, [
    "WarmThroughput",
    "ResourcePolicy",
    "GlobalTableSourceArn",
    "GlobalTableSettingsReplicationMode",
    "VectorIndexes",
  ]);
  if (input.StreamSpecification?.StreamEnabled) throw optionNotImplemented("StreamSpecification");
  for (const index of input.GlobalSecondaryIndexes ?? []) refuseOptions(index, ["WarmThroughput"]);
  store.engine.check("CreateTable", input);
  for (const { Projection } of [
    ...(input.LocalSecondaryIndexes ?? []),
    ...(input.GlobalSecondaryIndexes ?? []),
  ])
    checkProjection(Projection);
  checkStream(input.StreamSpecification);
  if (input.OnDemandThroughput && input.BillingMode !== "PAY_PER_REQUEST")
    throw validationException(
      "One or more parameter values were invalid: OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST",
    );
  checkTags(input.Tags ?? []);
}

/**
 * Returns `SSEDescription`; undefined for the key that DynamoDB owns, which it does not report. The caller must be
 * allowed to use the key.
 */
export async function encryptionOf(
  specification: SSESpecification | undefined,
  { cloud, principal, region }: DynamoDbContext,
): Promise<SSEDescription | undefined> {
  if (!specification?.Enabled) return undefined;
  const KeyId = specification.KMSMasterKeyId ?? "alias/aws/dynamodb";
  try {
    const { KeyMetadata } = await cloud.call<{ KeyMetadata: { Arn: string } }>({
      service: "kms",
      operation: "DescribeKey",
      input: { KeyId },
      principal: forwardAccess(principal, "dynamodb", region),
      region,
    });
    return { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: KeyMetadata.Arn };
  } catch (error) {
    if (error instanceof AwsError && error.code !== "NotImplemented")
      throw validationException(`KMS validation error: ${error.code}: ${error.message}`);
    throw error;
  }
}
