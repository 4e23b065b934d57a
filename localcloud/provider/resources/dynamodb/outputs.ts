import type {
  ContinuousBackupsDescription,
  KeySchemaElement,
  Projection,
  TableDescription,
  TimeToLiveDescription,
} from "@aws-sdk/client-dynamodb";
import type { Properties } from "../../types";

/** Returns a table in the form of `aws.dynamodb.Table`. */
export function tableOutputs(table: TableDescription): Properties {
  const [hashKey, rangeKey] = keys(table.KeySchema);
  const onDemand = table.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST";
  return {
    name: table.TableName,
    arn: table.TableArn,
    streamArn: "",
    streamLabel: "",
    hashKey,
    rangeKey,
    attributes: table.AttributeDefinitions?.map(({ AttributeName, AttributeType }) => ({
      name: AttributeName,
      type: AttributeType,
    })),
    billingMode: onDemand ? "PAY_PER_REQUEST" : "PROVISIONED",
    readCapacity: table.ProvisionedThroughput?.ReadCapacityUnits,
    writeCapacity: table.ProvisionedThroughput?.WriteCapacityUnits,
    deletionProtectionEnabled: table.DeletionProtectionEnabled ?? false,
    tableClass:
      table.TableClassSummary?.TableClass === "STANDARD"
        ? undefined
        : table.TableClassSummary?.TableClass,
    serverSideEncryption: encryption(table),
    globalSecondaryIndexes: table.GlobalSecondaryIndexes?.map((index) => ({
      name: index.IndexName,
      ...keyInputs(index.KeySchema),
      ...projectionInputs(index.Projection),
      ...(onDemand
        ? {}
        : {
            readCapacity: index.ProvisionedThroughput?.ReadCapacityUnits,
            writeCapacity: index.ProvisionedThroughput?.WriteCapacityUnits,
          }),
    })),
    localSecondaryIndexes: table.LocalSecondaryIndexes?.map((index) => ({
      name: index.IndexName,
      rangeKey: keys(index.KeySchema)[1],
      ...projectionInputs(index.Projection),
    })),
  };
}

export function recoveryOutput(backups: ContinuousBackupsDescription | undefined): Properties {
  const recovery = backups?.PointInTimeRecoveryDescription;
  if (recovery?.PointInTimeRecoveryStatus !== "ENABLED")
    return { pointInTimeRecovery: { enabled: false } };
  return {
    pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: recovery.RecoveryPeriodInDays },
  };
}

export function timeToLiveOutput(ttl: TimeToLiveDescription | undefined): Properties {
  const enabled = ttl?.TimeToLiveStatus === "ENABLED" || ttl?.TimeToLiveStatus === "ENABLING";
  return { ttl: enabled ? { enabled, attributeName: ttl.AttributeName } : undefined };
}

/** A table under DynamoDB's own key has no description of its encryption. */
function encryption({ SSEDescription: found }: TableDescription): Properties | undefined {
  return found?.Status === "ENABLED"
    ? { enabled: true, kmsKeyArn: found.KMSMasterKeyArn }
    : undefined;
}

function keys(schema: KeySchemaElement[] | undefined): [string | undefined, string | undefined] {
  const named = (type: string): string | undefined =>
    schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return [named("HASH"), named("RANGE")];
}

function keyInputs(schema: KeySchemaElement[] | undefined): Properties {
  const [hashKey, rangeKey] = keys(schema);
  return rangeKey === undefined ? { hashKey } : { hashKey, rangeKey };
}

function projectionInputs(projection: Projection | undefined): Properties {
  const { ProjectionType: projectionType, NonKeyAttributes: nonKeyAttributes } = projection ?? {};
  return nonKeyAttributes?.length ? { projectionType, nonKeyAttributes } : { projectionType };
}
