import type {
  ItemResponse,
  TransactGetItemsCommandInput,
  TransactGetItemsOutput,
} from "@aws-sdk/client-dynamodb";
import { checkLength, required } from "../../../core/constraint";
import type { Operation } from "../../../core/service";
import { fromWireItem, type WireItem, type WireObject } from "../model/attributeValues";
import { consumedByTable, type Consumed } from "../model/consumedCapacity";
import { dataAccess, leadingKeys } from "../model/itemAccess";
import type { DynamoDbStore } from "../store";
import { MAX_ACTIONS } from "./transactWrite";

export const transactGetItems: Operation<
  DynamoDbStore,
  TransactGetItemsCommandInput,
  TransactGetItemsOutput
> = {
  access: ({ TransactItems = [] }, context) =>
    TransactItems.flatMap(({ Get }) => {
      if (!Get) return [];
      const table = context.store.tables.get(context.store.nameOf(Get.TableName));
      const more = () => ({
        ...leadingKeys(table, [Get.Key]),
        "dynamodb:EnclosingOperation": "TransactGetItems",
      });
      return [dataAccess("GetItem", Get, context, more)];
    }),

  async run({ TransactItems, ReturnConsumedCapacity }, { store }) {
    const entries = required(TransactItems, "transactItems");
    checkLength(entries, "transactItems", { min: 1, max: MAX_ACTIONS });
    const requests = entries.map(({ Get }) => {
      const get = required(Get, "transactItems.member.get");
      const TableName = store.table(get.TableName).name;
      return { ...get, TableName, ReturnConsumedCapacity, ConsistentRead: true };
    });
    // Exclusive, so that no write happens between two reads.
    const results = await store.lock.exclusive(() =>
      Promise.all(requests.map((request) => store.engine.run<Got>("GetItem", request))),
    );
    const consumed = results.flatMap(({ ConsumedCapacity }) => ConsumedCapacity ?? []);
    return {
      Responses: results.map(response),
      ...consumedByTable(ReturnConsumedCapacity, "Read", consumed),
    };
  },
};

interface Got extends WireObject {
  Item?: WireItem;
  ConsumedCapacity?: Consumed;
}

function response({ Item }: Got): ItemResponse {
  return Item ? { Item: fromWireItem(Item) } : {};
}
