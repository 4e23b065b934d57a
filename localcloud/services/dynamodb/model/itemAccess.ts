import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { AccessCheck } from "../../../core/service";
import type { Item } from "./attributeValues";
import { attributesIn } from "./expressionNames";
import { hashKeyOf, type Table } from "./table";
import { tableAccess, type DynamoDbContext } from "./tableAccess";

/** The members of a data request that IAM condition keys refer to. */
export interface DataRequest {
  readonly TableName?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly Key?: Item | undefined;
  readonly Item?: Item | undefined;
  readonly Select?: string | undefined;
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly AttributesToGet?: string[] | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  /** Parameters of the legacy API, by attribute. */
  readonly Expected?: object | undefined;
  readonly AttributeUpdates?: object | undefined;
  readonly KeyConditions?: object | undefined;
  readonly QueryFilter?: object | undefined;
  readonly ScanFilter?: object | undefined;
}

type ConditionKeys = Readonly<Record<string, string | readonly string[]>>;

/**
 * Returns the check of a data operation. A request on an index requires only the permission for the index.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function dataAccess(
  action: string,
  request: DataRequest,
  context: DynamoDbContext,
  more: () => ConditionKeys = () => ({}),
): AccessCheck {
  const { action: permission, resource } = tableAccess(action, request.TableName, context);
  const index = request.IndexName === undefined ? "" : `/index/${request.IndexName}`;
  return new DataAccess(permission, resource + index, () => ({
    ...requestKeys(request),
    ...more(),
  }));
}

/** Collects the condition keys only where a policy has conditions, which few have. */
class DataAccess implements AccessCheck {
  constructor(
    readonly action: string,
    readonly resource: string,
    private readonly keys: () => ConditionKeys,
  ) {}

  get context(): ConditionKeys {
    return this.keys();
  }
}

/** Returns `dynamodb:LeadingKeys` for items or keys of the table; no key if the table does not exist. */
export function leadingKeys(
  table: Table | undefined,
  items: readonly (Item | undefined)[],
): ConditionKeys {
  if (!table) return {};
  const hash = hashKeyOf(table.keySchema);
  const values = items.flatMap((item) => keyText(item?.[hash]));
  return values.length > 0 ? { "dynamodb:LeadingKeys": values } : {};
}

/** Returns a key value as policies specify it. */
export function keyText(value: AttributeValue | undefined): string[] {
  if (value?.S !== undefined) return [value.S];
  if (value?.N !== undefined) return [value.N];
  return value?.B === undefined ? [] : [Buffer.from(value.B).toString("base64")];
}

function requestKeys(request: DataRequest): ConditionKeys {
  const attributes = attributesOf(request);
  return {
    ...(attributes.length > 0 && { "dynamodb:Attributes": attributes }),
    ...(request.Select && { "dynamodb:Select": request.Select }),
    ...(request.ReturnValues && { "dynamodb:ReturnValues": request.ReturnValues }),
    ...(request.ReturnConsumedCapacity && {
      "dynamodb:ReturnConsumedCapacity": request.ReturnConsumedCapacity,
    }),
  };
}

/** Returns every top-level attribute that the request names. */
function attributesOf(request: DataRequest): string[] {
  const expressions = [
    request.ProjectionExpression,
    request.ConditionExpression,
    request.FilterExpression,
    request.KeyConditionExpression,
    request.UpdateExpression,
  ];
  const byName = [
    request.Key,
    request.Item,
    request.Expected,
    request.AttributeUpdates,
    request.KeyConditions,
    request.QueryFilter,
    request.ScanFilter,
  ];
  const names = new Set([
    ...byName.flatMap((member) => Object.keys(member ?? {})),
    ...(request.AttributesToGet ?? []),
    ...expressions.flatMap((text) => attributesIn(text ?? "", request.ExpressionAttributeNames)),
  ]);
  return [...names];
}
