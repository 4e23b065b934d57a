import { itemBytes, type Item } from "./attributeValues";
import { validationException } from "./errors";
import { keySchemaOf, type Table } from "./table";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
const MAX_ITEM_BYTES = 400 * 1024;

/** Checks of a whole item that dynalite does not make, or makes in UTF-16 units instead of bytes. */
export function checkItem(table: Table, item: Item | undefined): void {
  if (!item) return;
  if (itemBytes(item) > MAX_ITEM_BYTES)
    throw validationException("Item size has exceeded the maximum allowed size");
  for (const { name } of table.globalIndexes) checkIndexKeys(table, name, item);
  for (const { IndexName = "" } of table.localIndexes) checkIndexKeys(table, IndexName, item);
}

function checkIndexKeys(table: Table, indexName: string, item: Item): void {
  for (const { AttributeName = "" } of keySchemaOf(table, indexName)) {
    const value = item[AttributeName];
    const kind = value?.S === "" ? "string" : value?.B?.length === 0 ? "binary" : undefined;
    if (kind && !table.keySchema.some((key) => key.AttributeName === AttributeName))
      throw validationException(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
          `The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${indexName}, IndexKey: ${AttributeName}`,
      );
  }
}
