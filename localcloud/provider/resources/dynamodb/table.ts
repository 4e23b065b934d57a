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
  waitUntilTableExists,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { client } from "../../clients";
import {
  completing,
  defineResource,
  ignoreGone,
  tagChanges,
  tagList,
  tagOutputs,
  unlessGone,
} from "../../define";
import { setRecovery, setTimeToLive, TABLE_WAIT, updateTable } from "./changes";
import { recoveryOutput, tableOutputs, timeToLiveOutput } from "./outputs";
import { newTable, type TableInputs } from "./requests";

const GONE = ["ResourceNotFoundException"];

export const table = defineResource<TableInputs>({
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
    await dynamodb.send(new CreateTableCommand(newTable(TableName, inputs)));
    return completing(TableName, async () => {
      await waitUntilTableExists({ client: dynamodb, ...TABLE_WAIT }, { TableName });
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
    await waitUntilTableNotExists({ client: dynamodb, ...TABLE_WAIT }, { TableName });
  },
});
