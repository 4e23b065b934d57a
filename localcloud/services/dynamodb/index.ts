import { without } from "../../codec";
import { constraints } from "../../constraints/dynamodb";
import type { ServiceDefinition } from "../../core/service";
import { batchGetItem, batchWriteItem } from "./operations/batches";
import { describeContinuousBackups, updateContinuousBackups } from "./operations/continuousBackups";
import { createTable } from "./operations/createTable";
import { deleteTable, describeLimits, describeTable, listTables } from "./operations/findTables";
import { deleteItem, getItem, putItem, updateItem } from "./operations/items";
import { query, scan } from "./operations/queries";
import { saving } from "./saving";
import { DynamoDbStore } from "./store";
import { listTagsOfResource, tagResource, untagResource } from "./operations/tags";
import { describeTimeToLive, updateTimeToLive } from "./operations/timeToLive";
import { transactGetItems } from "./operations/transactGet";
import { transactWriteItems } from "./operations/transactWrite";
import { updateTable } from "./operations/updateTable";

/** Amazon DynamoDB: own tables on top of dynalite's storage and expression parser. */
export const dynamodb: ServiceDefinition<DynamoDbStore> = {
  name: "dynamodb",
  signingName: "dynamodb",
  iamPrefix: "dynamodb",
  sdk: () => require("@aws-sdk/client-dynamodb") as object,
  // checkItem.ts checks attribute values together with their sizes.
  constraints: () => ({ table: without(constraints(), "AttributeValue") }),
  createStore: (scope) => new DynamoDbStore(scope),
  saving,
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
