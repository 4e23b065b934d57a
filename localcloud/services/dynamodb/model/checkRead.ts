import type { QueryCommandInput, ScanCommandInput } from "@aws-sdk/client-dynamodb";
import type { WireObject } from "./attributeValues";
import type { CheckedRequest } from "./dynalite";
import { invalidParameters, validationException } from "./errors";
import type { Table } from "./table";

type Read = "Query" | "Scan";

/** Checks a read for errors that DynamoDB's front end reports and dynalite does not. */
export function checkRead(operation: Read, input: QueryCommandInput | ScanCommandInput): void {
  const wrong = selectProblem(input);
  // The message has this prefix in a query, but not in a scan.
  const prefix = operation === "Query" ? "1 validation error detected: " : "";
  if (wrong !== undefined) throw validationException(prefix + wrong);
  // dynalite treats the first segment, number 0, as missing.
  if ("Segment" in input && input.Segment !== undefined && input.TotalSegments === undefined)
    throw validationException(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-request-Select */
function selectProblem(input: QueryCommandInput | ScanCommandInput): string | undefined {
  const { Select, IndexName, ProjectionExpression, AttributesToGet } = input;
  const named = ProjectionExpression !== undefined ? "ProjectionExpression" : "AttributesToGet";
  const projects = ProjectionExpression !== undefined || AttributesToGet !== undefined;
  if (Select === "SPECIFIC_ATTRIBUTES" && !projects)
    return "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES";
  if (Select === "COUNT" && projects)
    return `Cannot specify the ${named} when choosing to get only the Count`;
  if (Select?.startsWith("ALL_") && projects)
    return `Cannot specify the ${named} when choosing to get ${Select}`;
  if (Select === "ALL_PROJECTED_ATTRIBUTES" && IndexName === undefined)
    return "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";
  return undefined;
}

interface KeyCondition {
  readonly AttributeValueList?: readonly WireObject[];
}

/**
 * Refuses a query of a table for an empty key, which no item can have. What DynamoDB answers for an empty key of an
 * index is not known.
 *
 * @param request after validation: dynalite has converted an expression to `KeyConditions`.
 */
export function checkQueriedKeys(table: Table, { IndexName, KeyConditions }: CheckedRequest): void {
  if (IndexName !== undefined) return;
  const conditions = (KeyConditions ?? {}) as Record<string, KeyCondition>;
  for (const { AttributeName: name = "" } of table.keySchema)
    for (const value of conditions[name]?.AttributeValueList ?? []) {
      const kind = value.S === "" ? "string" : value.B === "" ? "binary" : undefined;
      if (kind)
        throw validationException(
          "One or more parameter values are not valid. The AttributeValue for a key attribute " +
            `cannot contain an empty ${kind} value. Key: ${name}`,
        );
    }
}

/**
 * Handles attributes that an index does not contain: a local index fetches them from the table, a global one cannot.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.Projections
 */
export function fetchUnprojected(table: Table, request: CheckedRequest): void {
  const index = indexOf(table, request.IndexName);
  if (!index || index.Projection?.ProjectionType === "ALL") return;
  const held = new Set([
    ...[...table.keySchema, ...(index.KeySchema ?? [])].map(({ AttributeName }) => AttributeName),
    ...(index.Projection?.NonKeyAttributes ?? []),
  ]);
  const missing = [...new Set(askedFor(request))].filter((name) => !held.has(name));
  if (missing.length === 0) return;
  if (!table.localIndexes.includes(index))
    throw invalidParameters(
      `Global secondary index ${index.IndexName} does not project [${missing.join(", ")}]`,
    );
  // Makes dynalite read each item from its table; the projection still selects its attributes.
  request.Select = "ALL_ATTRIBUTES";
}

function indexOf({ localIndexes, globalIndexes }: Table, name: unknown) {
  const all = [...localIndexes, ...globalIndexes.map(({ definition }) => definition)];
  return all.find(({ IndexName }) => IndexName === name);
}

/** Returns the first names of the requested paths. */
function askedFor({ _projection, AttributesToGet = [] }: CheckedRequest): string[] {
  const paths = _projection?.paths ?? (AttributesToGet as string[]);
  return paths.map((path) => String(Array.isArray(path) ? path[0] : path));
}
