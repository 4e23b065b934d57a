import type {
  DeleteItemCommandInput,
  DeleteItemOutput,
  GetItemCommandInput,
  GetItemOutput,
  PutItemCommandInput,
  PutItemOutput,
  UpdateItemCommandInput,
  UpdateItemOutput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";
import { fromWireItem, type Item, type WireItem, type WireObject } from "../model/attributeValues";
import { checkItem, checkUpdate } from "../model/checkItem";
import type { EngineOperation } from "../model/engine";
import { optionNotImplemented, validationException } from "../model/errors";
import { dataAccess, leadingKeys, type DataRequest } from "../model/itemAccess";
import type { DynamoDbStore } from "../store";
import type { Table } from "../model/table";
import type { DynamoDbContext } from "../model/tableAccess";

export const getItem: Operation<DynamoDbStore, GetItemCommandInput, GetItemOutput> = {
  access: (input, context) => [itemAccess("GetItem", input, context)],

  async run(input, { store }) {
    const { Item, ...rest } = await runOne("GetItem", input, store);
    return { ...rest, ...(Item && { Item: fromWireItem(Item) }) };
  },
};

export const putItem: Operation<DynamoDbStore, PutItemCommandInput, PutItemOutput> = {
  access: (input, context) => [itemAccess("PutItem", input, context)],

  run(input, { store }) {
    checkItem(store.table(input.TableName), input.Item);
    return write("PutItem", input, store);
  },
};

export const updateItem: Operation<DynamoDbStore, UpdateItemCommandInput, UpdateItemOutput> = {
  access: (input, context) => [itemAccess("UpdateItem", input, context)],
  run: (input, { store }) => write("UpdateItem", input, store),
};

export const deleteItem: Operation<DynamoDbStore, DeleteItemCommandInput, DeleteItemOutput> = {
  access: (input, context) => [itemAccess("DeleteItem", input, context)],
  run(input, { store }) {
    // dynalite checks this of PutItem only.
    if (!["NONE", "ALL_OLD"].includes(input.ReturnValues ?? "NONE"))
      throw validationException("ReturnValues can only be ALL_OLD or NONE");
    return write("DeleteItem", input, store);
  },
};

type WriteInput = PutItemCommandInput | UpdateItemCommandInput | DeleteItemCommandInput;

/** Result of an operation on one item, in wire format. */
interface OneItemResult extends WireObject {
  Item?: WireItem;
  Attributes?: WireItem;
}

function itemAccess(action: string, request: DataRequest, context: DynamoDbContext) {
  const table = context.store.tables.get(context.store.nameOf(request.TableName));
  const keys = () => leadingKeys(table, [request.Key ?? request.Item]);
  return dataAccess(action, request, context, keys);
}

function runOne(
  operation: EngineOperation,
  input: { TableName?: string | undefined },
  store: DynamoDbStore,
): Promise<OneItemResult> {
  const table = store.table(input.TableName);
  return store.lock.shared(() =>
    store.engine.run(operation, { ...input, TableName: table.name }, (request) =>
      checkUpdate(table, request),
    ),
  );
}

async function write(operation: EngineOperation, input: WriteInput, store: DynamoDbStore) {
  const table = store.table(input.TableName);
  refuseMetrics(table, input);
  const { Attributes, ...rest } =
    input.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
      ? await writeOrShow(operation, input, table, store)
      : await runOne(operation, input, store);
  return { ...rest, ...(Attributes && { Attributes: fromWireItem(Attributes) }) };
}

/** Writes an item. If the condition fails, the error contains the item at that moment. */
function writeOrShow(
  operation: EngineOperation,
  input: WriteInput,
  table: Table,
  store: DynamoDbStore,
): Promise<OneItemResult> {
  return store.lock.exclusive(async () => {
    try {
      const named = { ...input, TableName: table.name };
      return await store.engine.run<OneItemResult>(operation, named, (request) =>
        checkUpdate(table, request),
      );
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException")
        throw error;
      const key =
        "Key" in input ? input.Key : keyOf(table, "Item" in input ? input.Item : undefined);
      const Item = await currentItem(store, table, key ?? {});
      throw new AwsError(error.code, error.message, { fields: Item ? { Item } : {} });
    }
  });
}

/** Returns the current item; the caller must hold the lock. */
export async function currentItem(
  store: DynamoDbStore,
  table: Table,
  key: Item,
): Promise<Item | undefined> {
  const { Item } = await store.engine.run<OneItemResult>("GetItem", {
    TableName: table.name,
    Key: key,
  });
  return Item && fromWireItem(Item);
}

/** Returns the primary key of an item. */
export function keyOf(table: Table, item: Item | undefined): Item {
  const names = table.keySchema.map(({ AttributeName = "" }) => AttributeName);
  return Object.fromEntries(names.flatMap((name) => (item?.[name] ? [[name, item[name]]] : [])));
}

/** Refuses item collection metrics for tables with local indexes; for others, DynamoDB returns none either. */
export function refuseMetrics(
  table: Table,
  { ReturnItemCollectionMetrics }: { ReturnItemCollectionMetrics?: string | undefined },
): void {
  if (ReturnItemCollectionMetrics === "SIZE" && table.localIndexes.length > 0)
    throw optionNotImplemented("ReturnItemCollectionMetrics");
}
