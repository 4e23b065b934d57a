import { invalidParameters } from "./errors";
import type { Table } from "./table";

/** Throws if an attribute is defined that is not a key of the table or of an index. */
export function checkAttributesUsed(table: Table): void {
  const used = keyAttributes(table);
  const defined = table.attributes.map(({ AttributeName = "" }) => AttributeName);
  if (defined.every((name) => used.has(name))) return;
  throw invalidParameters(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(", ")}], ` +
      `keys used: [${[...used].join(", ")}]`,
  );
}

/** Throws if a key of the table or of an index has no type definition. */
export function checkAttributesDefined(table: Table): void {
  const defined = table.attributes.map(({ AttributeName = "" }) => AttributeName);
  const keys = [...keyAttributes(table)];
  if (keys.every((name) => defined.includes(name))) return;
  throw invalidParameters(
    "Some index key attributes are not defined in AttributeDefinitions. " +
      `Keys: [${keys.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
  );
}

/** Throws if an index of a provisioned table has no capacity. */
export function checkIndexThroughput({ billingMode, globalIndexes }: Table): void {
  if (billingMode === "PAY_PER_REQUEST") return;
  const without = globalIndexes.filter(({ throughput }) => throughput.read === 0);
  if (without.length > 0)
    throw invalidParameters(
      `ProvisionedThroughput must be specified for index: ${without.map(({ name }) => name).join(",")}`,
    );
}

export function keyAttributes({ keySchema, localIndexes, globalIndexes }: Table): Set<string> {
  const schemas = [
    keySchema,
    ...localIndexes.map(({ KeySchema = [] }) => KeySchema),
    ...globalIndexes.map(({ definition }) => definition.KeySchema ?? []),
  ];
  return new Set(schemas.flat().map(({ AttributeName = "" }) => AttributeName));
}
