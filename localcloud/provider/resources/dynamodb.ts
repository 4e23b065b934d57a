import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
  type GlobalSecondaryIndex,
  type GlobalSecondaryIndexUpdate,
  type LocalSecondaryIndex,
  type SSESpecification,
  type ScalarAttributeType,
  type TableClass,
} from "@aws-sdk/client-dynamodb";
import type { TableArgs } from "@pulumi/aws/dynamodb/table";
import { client } from "../clients";
import {
  completing,
  defineResource,
  ignoreGone,
  tagChanges,
  tagList,
  tagOutputs,
  unlessGone,
  type Args,
} from "../define";
import type { ResourceType } from "../types";
import { recoveryOutput, tableOutputs, timeToLiveOutput } from "./dynamodbOutputs";

type Inputs = Args<TableArgs>;
type IndexInputs = NonNullable<Inputs["globalSecondaryIndexes"]>[number];

const GONE = ["ResourceNotFoundException"];
const WAIT = { maxWaitTime: 600, minDelay: 0.05 };

const table = defineResource<Inputs>({
  token: "aws:dynamodb/table:Table",
  inputs: [
    "attributes",
    "billingMode",
    "deletionProtectionEnabled",
    "globalSecondaryIndexes",
    "hashKey",
    "localSecondaryIndexes",
    "name",
    "pointInTimeRecovery",
    "rangeKey",
    "readCapacity",
    "replicas",
    "serverSideEncryption",
    "streamEnabled",
    "tableClass",
    "tags",
    "ttl",
    "writeCapacity",
  ],
  computed: [
    "pointInTimeRecovery",
    "readCapacity",
    "serverSideEncryption",
    "globalSecondaryIndexes.readCapacity",
    "globalSecondaryIndexes.writeCapacity",
    "writeCapacity",
  ],
  autoname: { property: "name", maxLength: 255 },
  defaults: { billingMode: "PROVISIONED", deletionProtectionEnabled: false },
  replaceOn: ["name", "hashKey", "rangeKey", "localSecondaryIndexes"],
  check: ({ streamEnabled, replicas }) => [
    ...(streamEnabled ? [{ property: "streamEnabled", reason: "streams are not emulated" }] : []),
    ...(replicas?.length
      ? [{ property: "replicas", reason: "global tables are not emulated" }]
      : []),
  ],
  async create(inputs, context) {
    const dynamodb = client(DynamoDBClient, context);
    const TableName = inputs.name ?? "";
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: attributeDefinitions(inputs),
        KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
        BillingMode: onDemand(inputs) ? "PAY_PER_REQUEST" : "PROVISIONED",
        ProvisionedThroughput: throughput(inputs, onDemand(inputs)),
        // DynamoDB refuses an empty list, for which the real provider asks for none.
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
      }),
    );
    return completing(TableName, async () => {
      await waitUntilTableExists({ client: dynamodb, ...WAIT }, { TableName });
      await setRecovery(TableName, inputs, {}, dynamodb);
      await setTimeToLive(TableName, inputs, {}, dynamodb);
    });
  },
  read(TableName, _inputs, context) {
    const dynamodb = client(DynamoDBClient, context);
    return unlessGone(GONE, async () => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
      const backups = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
      const ttl = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
      const { Tags } = await dynamodb.send(
        new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }),
      );
      return {
        ...tableOutputs(Table ?? {}),
        ...recoveryOutput(backups.ContinuousBackupsDescription),
        ...timeToLiveOutput(ttl.TimeToLiveDescription),
        ...tagOutputs(Tags),
      };
    });
  },
  async update(TableName, news, olds, context) {
    const dynamodb = client(DynamoDBClient, context);
    await updateTable(TableName, news, olds, dynamodb);
    await setRecovery(TableName, news, olds, dynamodb);
    await setTimeToLive(TableName, news, olds, dynamodb);
    const { set, remove } = tagChanges(olds.tags, news.tags);
    const ResourceArn = `arn:aws:dynamodb:${context.aws.region}:${context.aws.accountId}:table/${TableName}`;
    if (Object.keys(set).length > 0)
      await dynamodb.send(new TagResourceCommand({ ResourceArn, Tags: tagList(set) }));
    if (remove.length > 0)
      await dynamodb.send(new UntagResourceCommand({ ResourceArn, TagKeys: remove }));
  },
  async delete(TableName, _state, context) {
    const dynamodb = client(DynamoDBClient, context);
    await ignoreGone(GONE, () => dynamodb.send(new DeleteTableCommand({ TableName })));
    await waitUntilTableNotExists({ client: dynamodb, ...WAIT }, { TableName });
  },
});

export const DYNAMODB_RESOURCES: readonly ResourceType[] = [table];

function unlessEmpty<Item>(list: Item[] | undefined): Item[] | undefined {
  return list?.length ? list : undefined;
}

async function updateTable(
  TableName: string,
  news: Inputs,
  olds: Inputs,
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
    await waitUntilTableExists({ client: dynamodb, ...WAIT }, { TableName });
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

function indexUpdates(news: Inputs, olds: Inputs): GlobalSecondaryIndexUpdate[] {
  const byName = (inputs: Inputs): Map<string, IndexInputs> =>
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

async function setRecovery(
  TableName: string,
  news: Inputs,
  olds: Partial<Inputs>,
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

async function setTimeToLive(
  TableName: string,
  news: Inputs,
  olds: Partial<Inputs>,
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

function attributeDefinitions({
  attributes,
}: Inputs): { AttributeName: string; AttributeType: ScalarAttributeType }[] {
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

function globalIndex(index: IndexInputs, inputs: Inputs): GlobalSecondaryIndex {
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

function throughput(
  { readCapacity, writeCapacity }: { readCapacity?: number; writeCapacity?: number },
  perRequest: boolean,
): { ReadCapacityUnits: number; WriteCapacityUnits: number } | undefined {
  return perRequest
    ? undefined
    : { ReadCapacityUnits: readCapacity ?? 1, WriteCapacityUnits: writeCapacity ?? 1 };
}

function encryption({ serverSideEncryption: wanted }: Inputs): SSESpecification {
  if (!wanted?.enabled) return { Enabled: false };
  return { Enabled: true, KMSMasterKeyId: wanted.kmsKeyArn, SSEType: "KMS" };
}

function onDemand({ billingMode }: Inputs): boolean {
  return billingMode === "PAY_PER_REQUEST";
}
