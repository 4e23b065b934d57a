import type {
  Projection,
  ProvisionedThroughput,
  StreamSpecification,
} from "@aws-sdk/client-dynamodb";
import { invalidParameters, validationException } from "./errors";
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

/** Throws if an index is to include attributes and names none. */
export function checkProjection({ ProjectionType, NonKeyAttributes }: Projection = {}): void {
  if (ProjectionType === undefined) throw invalidParameters("Unknown ProjectionType: null");
  if (ProjectionType === "INCLUDE" && !NonKeyAttributes)
    throw invalidParameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  if (ProjectionType !== "INCLUDE" && NonKeyAttributes)
    throw invalidParameters(
      `ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`,
    );
}

/** Throws for a view type of a stream that is not enabled. AWS's words are not known. */
export function checkStream(stream: StreamSpecification | undefined): void {
  if (stream?.StreamEnabled === false && stream.StreamViewType !== undefined)
    throw invalidParameters("StreamViewType is specified, but StreamEnabled is false");
}

const MAX_UNITS = 1_000_000_000_000;

/** Throws for units beyond what DynamoDB can store. */
export function checkUnits(
  throughput: ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
): void {
  for (const member of ["ReadCapacityUnits", "WriteCapacityUnits"] as const) {
    const units = throughput[member] ?? 0;
    if (units > MAX_UNITS)
      throw validationException(`Given value ${units} for ${member} is out of bounds`);
  }
}

export function keyAttributes({ keySchema, localIndexes, globalIndexes }: Table): Set<string> {
  const schemas = [
    keySchema,
    ...localIndexes.map(({ KeySchema = [] }) => KeySchema),
    ...globalIndexes.map(({ definition }) => definition.KeySchema ?? []),
  ];
  return new Set(schemas.flat().map(({ AttributeName = "" }) => AttributeName));
}
