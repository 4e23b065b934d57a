import type {
  QueryCommandInput,
  QueryOutput,
  ScanCommandInput,
  ScanOutput,
} from "@aws-sdk/client-dynamodb";
import type { Operation } from "../../../core/service";
import { fromWireItem, type WireItem, type WireObject } from "../model/attributeValues";
import { checkQueriedKeys, checkRead, fetchUnprojected } from "../model/checkRead";
import { validationException } from "../model/errors";
import { equalityIn } from "../model/expressionNames";
import { dataAccess, keyText } from "../model/itemAccess";
import type { DynamoDbStore } from "../store";
import { hashKeyOf, keySchemaOf } from "../model/table";
import type { DynamoDbContext } from "../model/tableAccess";

export const query: Operation<DynamoDbStore, QueryCommandInput, QueryOutput> = {
  access: (input, context) => [
    dataAccess("Query", input, context, () => queriedKeys(input, context)),
  ],
  run: (input, { store }) => runPage("Query", input, store),
};

export const scan: Operation<DynamoDbStore, ScanCommandInput, ScanOutput> = {
  access: (input, context) => [
    dataAccess("Scan", input, context, () => ({ "dynamodb:FullTableScan": "true" })),
  ],
  run: (input, { store }) => runPage("Scan", input, store),
};

/** A page of items in wire format. */
interface Page extends WireObject {
  Items?: WireItem[];
  LastEvaluatedKey?: WireItem;
}

async function runPage(
  operation: "Query" | "Scan",
  input: QueryCommandInput | ScanCommandInput,
  store: DynamoDbStore,
) {
  const table = store.table(input.TableName);
  if (input.ConsistentRead && table.globalIndexes.some(({ name }) => name === input.IndexName))
    throw validationException("Consistent reads are not supported on global secondary indexes");
  checkRead(operation, input);
  const TableName = table.name;
  const { Items, LastEvaluatedKey, ...rest } = await store.lock.shared(() =>
    store.engine.run<Page>(operation, { ...input, TableName }, (request) => {
      checkQueriedKeys(table, request);
      fetchUnprojected(table, request);
    }),
  );
  return {
    ...rest,
    ...(Items && { Items: Items.map(fromWireItem) }),
    ...(LastEvaluatedKey && { LastEvaluatedKey: fromWireItem(LastEvaluatedKey) }),
  };
}

/** Returns `dynamodb:LeadingKeys` of a query: the partition key in its key condition. */
function queriedKeys(
  input: QueryCommandInput,
  { store }: DynamoDbContext,
): Record<string, string[]> {
  const table = store.tables.get(store.nameOf(input.TableName));
  if (!table) return {};
  const hash = hashKeyOf(keySchemaOf(table, input.IndexName));
  const value =
    input.KeyConditions?.[hash]?.AttributeValueList?.[0] ??
    equalityIn(
      input.KeyConditionExpression ?? "",
      hash,
      input.ExpressionAttributeNames,
      input.ExpressionAttributeValues,
    );
  const values = keyText(value);
  return values.length > 0 ? { "dynamodb:LeadingKeys": values } : {};
}
