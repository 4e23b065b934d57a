import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { depthOf, itemBytes, type Item, type WireObject } from "./attributeValues";
import type { CheckedRequest } from "./dynalite";
import { validationException } from "./errors";
import { keySchemaOf, type Table } from "./table";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_DEPTH = 32;

/** Checks a whole item. These checks are absent in dynalite, or count UTF-16 units instead of bytes. */
export function checkItem(table: Table, item: Item | undefined): void {
  if (!item) return;
  checkDepth(item);
  if (itemBytes(item) > MAX_ITEM_BYTES)
    throw validationException("Item size has exceeded the maximum allowed size");
  for (const { name } of table.globalIndexes) checkIndexKeys(table, name, item);
  for (const { IndexName = "" } of table.localIndexes) checkIndexKeys(table, IndexName, item);
}

/** Refuses an item, or a key, whose primary key has an empty value. */
export function checkKey(table: Table, item: Item | undefined): void {
  for (const { AttributeName = "" } of table.keySchema) {
    const kind = emptyTypeOf(item?.[AttributeName]);
    if (kind)
      throw validationException(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${AttributeName}`,
      );
  }
}

/** Refuses values that are nested too deeply, of an item or of an expression. */
export function checkDepth(values: Readonly<Record<string, object>>): void {
  if (Object.values(values).some((value) => depthOf(value) > MAX_DEPTH))
    throw validationException(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    );
}

/** Refuses an update that would set an index key to an empty value, which indexes do not allow. */
export function checkUpdate(table: Table, { _updates, AttributeUpdates }: CheckedRequest): void {
  if (!_updates && !AttributeUpdates) return;
  const indexKeys = [...table.globalIndexes.map(({ name }) => name), ...localNames(table)].flatMap(
    (name) => keySchemaOf(table, name).map(({ AttributeName = "" }) => AttributeName),
  );
  const legacy = Object.entries((AttributeUpdates ?? {}) as Record<string, { Value?: WireObject }>);
  const given: (readonly [name: unknown, value: unknown])[] = [
    ...(_updates?.sections ?? []).map(
      ({ path, val }) => [path.length === 1 && path[0], val] as const,
    ),
    ...legacy.map(([name, { Value }]) => [name, Value] as const),
  ];
  for (const [name, value] of given) {
    const kind = emptyKind(value);
    if (kind && indexKeys.includes(String(name)))
      throw validationException(
        "One or more parameter values are not valid. The update expression attempted to update a secondary index " +
          `key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ${kind} value.`,
      );
  }
}

function localNames({ localIndexes }: Table): string[] {
  return localIndexes.map(({ IndexName = "" }) => IndexName);
}

/** Returns the type of an empty value in wire format, or of an empty default in `if_not_exists`. */
function emptyKind(value: unknown): "string" | "binary" | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  if ("args" in value && Array.isArray(value.args))
    return value.args.map(emptyKind).find((kind) => kind !== undefined);
  if ("S" in value && value.S === "") return "string";
  return "B" in value && value.B === "" ? "binary" : undefined;
}

function checkIndexKeys(table: Table, indexName: string, item: Item): void {
  for (const { AttributeName = "" } of keySchemaOf(table, indexName)) {
    const kind = emptyTypeOf(item[AttributeName]);
    if (kind && !table.keySchema.some((key) => key.AttributeName === AttributeName))
      throw validationException(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
          `The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${indexName}, IndexKey: ${AttributeName}`,
      );
  }
}

function emptyTypeOf(value: AttributeValue | undefined): "string" | "binary" | undefined {
  return value?.S === "" ? "string" : value?.B?.length === 0 ? "binary" : undefined;
}
