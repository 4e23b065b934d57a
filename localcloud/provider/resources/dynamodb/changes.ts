import {
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type DynamoDBClient,
  type GlobalSecondaryIndexUpdate,
} from "@aws-sdk/client-dynamodb";
import {
  attributeDefinitions,
  encryption,
  globalIndex,
  onDemand,
  throughput,
  type IndexInputs,
  type TableInputs,
} from "./requests";

/** How long a table may take to become active: seconds in total, and between two checks. */
export const TABLE_WAIT = { maxWaitTime: 600, minDelay: 0.05 };

/** Applies the changes of the table itself and its indexes, one after the other. */
export async function updateTable(
  TableName: string,
  news: TableInputs,
  olds: TableInputs,
  dynamodb: DynamoDBClient,
): Promise<void> {
  const send = async (change: object): Promise<void> => {
    await dynamodb.send(
      new UpdateTableCommand({
        TableName,
        AttributeDefinitions: attributeDefinitions(news),
        ...change,
      }),
    );
    await waitUntilTableExists({ client: dynamodb, ...TABLE_WAIT }, { TableName });
  };
  if (news.deletionProtectionEnabled !== olds.deletionProtectionEnabled)
    await send({ DeletionProtectionEnabled: news.deletionProtectionEnabled ?? false });
  if (
    news.billingMode !== olds.billingMode ||
    news.readCapacity !== olds.readCapacity ||
    news.writeCapacity !== olds.writeCapacity
  )
    await send({
      BillingMode: onDemand(news) ? "PAY_PER_REQUEST" : "PROVISIONED",
      ProvisionedThroughput: throughput(news, onDemand(news)),
    });
  const { kmsKeyArn: keyBefore, enabled: before = false } = olds.serverSideEncryption ?? {};
  const { kmsKeyArn: keyNow, enabled: now = false } = news.serverSideEncryption ?? {};
  if (before !== now || keyBefore !== keyNow) await send({ SSESpecification: encryption(news) });
  if (news.tableClass !== olds.tableClass)
    await send({ TableClass: news.tableClass ?? "STANDARD" });
  // DynamoDB creates or deletes one index at a time.
  for (const update of indexUpdates(news, olds))
    await send({ GlobalSecondaryIndexUpdates: [update] });
}

function indexUpdates(news: TableInputs, olds: TableInputs): GlobalSecondaryIndexUpdate[] {
  const byName = (inputs: TableInputs): Map<string, IndexInputs> =>
    new Map((inputs.globalSecondaryIndexes ?? []).map((index) => [index.name, index]));
  const [now, before] = [byName(news), byName(olds)];
  const same = (name: string): boolean =>
    JSON.stringify(now.get(name)) === JSON.stringify(before.get(name));
  const removed = [...before.keys()].filter((name) => !same(name));
  const added = [...now.values()].filter(({ name }) => !same(name));
  return [
    ...removed.map((IndexName): GlobalSecondaryIndexUpdate => ({ Delete: { IndexName } })),
    ...added.map((index): GlobalSecondaryIndexUpdate => ({ Create: globalIndex(index, news) })),
  ];
}

export async function setRecovery(
  TableName: string,
  news: TableInputs,
  olds: Partial<TableInputs>,
  dynamodb: DynamoDBClient,
): Promise<void> {
  const enabled = news.pointInTimeRecovery?.enabled ?? false;
  if (enabled === (olds.pointInTimeRecovery?.enabled ?? false)) return;
  await dynamodb.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: enabled,
        RecoveryPeriodInDays: enabled ? news.pointInTimeRecovery?.recoveryPeriodInDays : undefined,
      },
    }),
  );
}

export async function setTimeToLive(
  TableName: string,
  news: TableInputs,
  olds: Partial<TableInputs>,
  dynamodb: DynamoDBClient,
): Promise<void> {
  const enabled = news.ttl?.enabled ?? false;
  const AttributeName = news.ttl?.attributeName ?? olds.ttl?.attributeName;
  if (enabled === (olds.ttl?.enabled ?? false)) return;
  await dynamodb.send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { Enabled: enabled, AttributeName },
    }),
  );
}
