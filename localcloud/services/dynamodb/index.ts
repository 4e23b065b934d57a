import { without } from "../../codec";
import { constraints } from "../../constraints/dynamodb";
import type { ServiceDefinition } from "../../core/service";
import { batchGetItem, batchWriteItem } from "./batches";
import { describeContinuousBackups, updateContinuousBackups } from "./continuousBackups";
import { createTable } from "./createTable";
import { deleteTable, describeLimits, describeTable, listTables } from "./findTables";
import { deleteItem, getItem, putItem, updateItem } from "./items";
import { query, scan } from "./queries";
import { DynamoDbStore } from "./store";
import { listTagsOfResource, tagResource, untagResource } from "./tags";
import { describeTimeToLive, updateTimeToLive } from "./timeToLive";
import { transactGetItems } from "./transactGet";
import { transactWriteItems } from "./transactWrite";
import { updateTable } from "./updateTable";

/** Amazon DynamoDB: tables of ours over the storage and the expressions of dynalite. */
export const dynamodb: ServiceDefinition<DynamoDbStore> = {
  name: "dynamodb",
  signingName: "dynamodb",
  iamPrefix: "dynamodb",
  sdk: () => require("@aws-sdk/client-dynamodb") as object,
  // Items are checked with their sizes: checkItem.ts.
  constraints: () => ({ table: without(constraints(), "AttributeValue") }),
  createStore: (scope) => new DynamoDbStore(scope),
  operations: {
    BatchGetItem: batchGetItem,
    BatchWriteItem: batchWriteItem,
    CreateTable: createTable,
    DeleteItem: deleteItem,
    DeleteTable: deleteTable,
    DescribeContinuousBackups: describeContinuousBackups,
    DescribeLimits: describeLimits,
    DescribeTable: describeTable,
    DescribeTimeToLive: describeTimeToLive,
    GetItem: getItem,
    ListTables: listTables,
    ListTagsOfResource: listTagsOfResource,
    PutItem: putItem,
    Query: query,
    Scan: scan,
    TagResource: tagResource,
    TransactGetItems: transactGetItems,
    TransactWriteItems: transactWriteItems,
    UntagResource: untagResource,
    UpdateContinuousBackups: updateContinuousBackups,
    UpdateItem: updateItem,
    UpdateTable: updateTable,
    UpdateTimeToLive: updateTimeToLive,
  },
  stop: (store) => store.close(),
};
