import type {
  BatchGetItemCommandInput,
  BatchGetItemOutput,
  BatchWriteItemCommandInput,
  BatchWriteItemOutput,
  KeysAndAttributes,
} from "@aws-sdk/client-dynamodb";
import type { AccessCheck, Operation } from "../../../core/service";
import { fromWireItem, type Item, type WireItem, type WireObject } from "../model/attributeValues";
import { checkItem } from "../model/checkItem";
import { validationException } from "../model/errors";
import { dataAccess, leadingKeys, type DataRequest } from "../model/itemAccess";
import { refuseMetrics } from "./items";
import type { DynamoDbStore } from "../store";
import type { DynamoDbContext } from "../model/tableAccess";

export const batchGetItem: Operation<DynamoDbStore, BatchGetItemCommandInput, BatchGetItemOutput> =
  {
    access: ({ RequestItems = {} }, context) =>
      Object.entries(RequestItems).map(([TableName, request]) =>
        batchAccess("BatchGetItem", { TableName, ...request }, request.Keys ?? [], context),
      ),

    async run(input, { store }) {
      const RequestItems = byPlainName(input.RequestItems ?? {}, store);
      checkProjections(Object.values(RequestItems));
      for (const name of Object.keys(RequestItems)) store.table(name);
      const result = await store.lock.shared(() =>
        store.engine.run<BatchGetResult>("BatchGetItem", { ...input, RequestItems }),
      );
      return {
        ...result,
        Responses: mapValues(result.Responses, (items) => items.map(fromWireItem)),
        UnprocessedKeys: mapValues(result.UnprocessedKeys, ({ Keys, ...rest }) => ({
          ...rest,
          Keys: Keys.map(fromWireItem),
        })),
      };
    },
  };

export const batchWriteItem: Operation<
  DynamoDbStore,
  BatchWriteItemCommandInput,
  BatchWriteItemOutput
> = {
  access: ({ RequestItems = {} }, context) =>
    Object.entries(RequestItems).map(([TableName, requests]) => {
      const items = requests.map((r) => r.PutRequest?.Item ?? r.DeleteRequest?.Key);
      return batchAccess("BatchWriteItem", { TableName }, items, context);
    }),

  async run(input, { store }) {
    const RequestItems = byPlainName(input.RequestItems ?? {}, store);
    for (const [name, requests] of Object.entries(RequestItems)) {
      const table = store.table(name);
      refuseMetrics(table, input);
      for (const { PutRequest } of requests) checkItem(table, PutRequest?.Item);
    }
    // There are never unprocessed items, because this cloud does not limit throughput.
    return store.lock.shared(() => store.engine.run("BatchWriteItem", { ...input, RequestItems }));
  },
};

/** Refuses a projection expression for one table and names of attributes for another. */
function checkProjections(requests: readonly KeysAndAttributes[]): void {
  const members = ["AttributesToGet", "ProjectionExpression"] as const;
  if (members.every((member) => requests.some((request) => request[member] !== undefined)))
    throw validationException(
      "Can not use both expression and non-expression parameters in the same request: " +
        "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}",
    );
}

interface BatchGetResult extends WireObject {
  Responses: Record<string, WireItem[]>;
  UnprocessedKeys: Record<string, { Keys: WireItem[] }>;
}

function batchAccess(
  action: string,
  request: DataRequest,
  items: readonly (Item | undefined)[],
  context: DynamoDbContext,
): AccessCheck {
  const table = context.store.tables.get(context.store.nameOf(request.TableName));
  return dataAccess(action, request, context, () => leadingKeys(table, items));
}

/** Replaces table ARNs by table names. */
function byPlainName<Value>(
  requests: Record<string, Value>,
  store: DynamoDbStore,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(requests).map(([name, value]) => [store.nameOf(name), value]),
  );
}

function mapValues<From, To>(
  record: Record<string, From>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
