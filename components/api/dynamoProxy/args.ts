import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ApiAccount } from "../account";
import { type Authorization, checkAuthorization } from "../authorization";
import { checkPaths } from "../paths";
import { pathParameters } from "../routeDefinition";
import { stageNameCheck, type Throttling, THROTTLING_CHECKS } from "../stage";
import { checkCors, type Cors } from "../cors";
import { checkItemSchema, type ItemSchema } from "./itemSchema";
import { RETENTION_DAYS } from "../../retention";
import {
  anything,
  argumentError,
  checkArgs,
  checkInteger,
  type Checks,
  describedError,
  integer,
  isObject,
  list,
  object,
  oneOf,
  record,
  required,
  text,
} from "../../validation";
import { checkAlarmActions, checkTags } from "../../function/sharedChecks";

/** What a route does to the table, named by its DynamoDB operation. */
export type DynamoRoute = PutRoute | GetRoute | QueryRoute | DeleteRoute;

interface CommonRoute {
  /** Path with the key's values in braces, such as `/comments/{pageId}`. */
  path: string;
}

/** PutItem with attributes from the body and from API Gateway. */
export interface PutRoute extends CommonRoute {
  operation: "put";
  method: "POST" | "PUT";
  /** Attributes taken from the body. */
  body: string[];
  /** Attributes that the client cannot set. */
  generated?: Record<string, GeneratedValue>;
  /** If an item with the same key exists, it stays unchanged and the answer is 409. Default true for POST. */
  refuseExisting?: boolean;
}

/**
 * requestId: unique, made by API Gateway (the extended request id, which clients cannot choose).
 * requestTime: milliseconds since 1970. sourceIp: the client's address.
 */
export type GeneratedValue = "requestId" | "requestTime" | "sourceIp";

/** GetItem: one item by its whole key, which is in the path. */
export interface GetRoute extends CommonRoute {
  operation: "get";
}

/** DeleteItem: one item by its whole key, which is in the path. Deleting it twice is no error. */
export interface DeleteRoute extends CommonRoute {
  operation: "delete";
}

/** Query: the items of one partition, page by page. The partition key is in the path. */
export interface QueryRoute extends CommonRoute {
  operation: "query";
  /** Name of the list in the answer. */
  list: string;
  /** Index to query. Default: the table itself. */
  index?: string;
  /** Oldest first, by the sort key. Default true. */
  ascending?: boolean;
  /** Attributes of each item in the answer. Default: all. */
  attributes?: string[];
  /** Items of a page when the client gives no `?limit=`, 1 to 1000. Default 100. */
  defaultLimit?: number;
}

export interface DynamoIndex {
  hashKey: string;
  rangeKey?: string;
  /** Attributes that the index contains besides its keys. Default: all. */
  attributes?: string[];
}

/** Options that every table behind an API has. */
export interface DynamoProxyOptions {
  /** `{ type: "NONE", reason }`, `{ type: "AWS_IAM" }` or [an authorizer](staged-api.md#authorizers). Default: everyone may call, which the policy pack records. */
  authorization?: Authorization;
  /** `{ allowOrigin, maxAge? }`: the origin whose pages may call. Default: no other origin. */
  cors?: Cors;
  /** Limits of the request rate. Default 100 per second, 50 at once. */
  throttling?: Throttling;
  /** Days after which an item expires, counted from its last write. Default: never. */
  expireAfterDays?: number;
  /** `{ read, write }`: reserved capacity units. Default: on demand. */
  capacity?: { read: number; write: number };
  /** The table cannot be deleted while this is on. Default false. */
  deletionProtection?: boolean;
  /** Cache-Control header of reads. Default "no-cache". */
  cacheControl?: string;
  /** Last path segment of the invoke URL. Default "v1". */
  stageName?: string;
  /** Days that logs are kept. Default 30. */
  logRetentionInDays?: number;
  /** ARNs that the alarm on server errors notifies. Default: none, with a warning; `[]` turns the warning off. */
  alarmActions?: pulumi.Input<string>[];
  /** The account's logging role. Default: the one that the APIs of a provider share. */
  account?: ApiAccount;
  /** Tags of every resource that supports them. Default: none. */
  tags?: Record<string, pulumi.Input<string>>;
}

export interface DynamoProxyArgs extends DynamoProxyOptions {
  /** Attributes that clients send. */
  attributes: ItemSchema;
  /** The table's partition key: one of the attributes, or a generated one. */
  hashKey: string;
  /** The table's sort key. Default: none. */
  rangeKey?: string;
  /** Global secondary indexes by name. Default: none. */
  indexes?: Record<string, DynamoIndex>;
  /** The operations that clients may call: put, get, query or delete, each with its path. */
  routes: DynamoRoute[];
  /** An existing table with these keys and indexes. Default: the component creates one. */
  table?: aws.dynamodb.Table;
}

/** Checks of the DynamoProxyOptions, for components that pass them on. */
export const DYNAMO_PROXY_CHECKS = {
  cors: (value, { resource }) => checkCors(resource, value as Cors),
  logRetentionInDays: oneOf(RETENTION_DAYS),
  expireAfterDays: integer([1, 3650], "days"),
  capacity: object<NonNullable<DynamoProxyOptions["capacity"]>>({
    read: integer([1, 40_000], "units"),
    write: integer([1, 40_000], "units"),
  }),
  throttling: object<Throttling>(THROTTLING_CHECKS),
  stageName: stageNameCheck,
  cacheControl: text(/^[A-Za-z0-9=, -]+$/, "give a header value such as max-age=60"),
  authorization: (value, { resource }) => checkAuthorization(resource, value as Authorization),
  deletionProtection: anything,
  alarmActions: checkAlarmActions,
  account: anything,
  tags: checkTags,
} satisfies Checks<DynamoProxyOptions>;

const CHECKS = {
  attributes: required(record(isObject)),
  hashKey: anything,
  rangeKey: anything,
  indexes: record(isObject),
  routes: required(list(isObject)),
  table: (value, { resource, argument }) => {
    if (!aws.dynamodb.Table.isInstance(value))
      throw describedError(resource, argument, typeof value, "give an aws.dynamodb.Table");
  },
  ...DYNAMO_PROXY_CHECKS,
} satisfies Checks<DynamoProxyArgs>;

/** Throws a ResourceError for the first argument that API Gateway or DynamoDB would refuse. */
export function checkDynamoProxy(resource: pulumi.Resource, args: DynamoProxyArgs): void {
  checkArgs(resource, args, CHECKS);
  checkItemSchema(resource, args.attributes);
  if (args.routes.length === 0)
    throw argumentError(resource, "routes", args.routes, "give at least one route");
  args.routes.forEach((route, index) => checkRoute(resource, args, route, `routes[${index}]`));
  const seen = new Set<string>();
  for (const route of args.routes) {
    const id = `${methodOf(route)} ${route.path}`;
    if (seen.has(id))
      throw argumentError(resource, "routes", id, "each method of a path may be given once");
    seen.add(id);
  }
  checkPaths(resource, args.routes);
}

/** Returns the HTTP method of a route. */
export function methodOf(route: DynamoRoute): string {
  if (route.operation === "put") return route.method;
  return route.operation === "delete" ? "DELETE" : "GET";
}

function checkRoute(
  resource: pulumi.Resource,
  args: DynamoProxyArgs,
  route: DynamoRoute,
  argument: string,
): void {
  if (!/^(\/([A-Za-z0-9._~-]+|\{[A-Za-z0-9_]+\}))+$/.test(route.path))
    throw argumentError(
      resource,
      `${argument}.path`,
      route.path,
      "give segments like /comments/{pageId}, without a slash at the end",
    );
  const inPath = pathParameters(route.path);
  const wanted = keysInPath(args, route);
  if (wanted === undefined)
    throw argumentError(
      resource,
      `${argument}.index`,
      (route as QueryRoute).index,
      `allowed are ${Object.keys(args.indexes ?? {}).join(", ") || "none, since indexes is empty"}`,
    );
  if (inPath.length !== wanted.length || inPath.some((name) => !wanted.includes(name)))
    throw argumentError(
      resource,
      `${argument}.path`,
      route.path,
      `its parameters must be exactly the key: ${wanted.map((name) => `{${name}}`).join(", ") || "none"}`,
    );
  if (route.operation === "put") checkPut(resource, args, route, argument);
  if (route.operation === "query")
    checkInteger(resource, `${argument}.defaultLimit`, route.defaultLimit, [1, 1000], "items");
}

function checkPut(
  resource: pulumi.Resource,
  args: DynamoProxyArgs,
  route: PutRoute,
  argument: string,
): void {
  const unknown = route.body.find((name) => !Object.hasOwn(args.attributes, name));
  if (unknown !== undefined)
    throw argumentError(
      resource,
      `${argument}.body`,
      unknown,
      `allowed are the attributes ${Object.keys(args.attributes).join(", ")}`,
    );
  const written = [
    ...route.body,
    ...Object.keys(route.generated ?? {}),
    ...pathParameters(route.path),
  ];
  const keys = [args.hashKey, ...(args.rangeKey ? [args.rangeKey] : [])];
  const missing = keys.find((key) => !written.includes(key));
  if (missing !== undefined)
    throw argumentError(
      resource,
      argument,
      route.path,
      `the key '${missing}' must come from the body, the path or generated values`,
    );
  const optionalKey = keys.find(
    (key) => route.body.includes(key) && args.attributes[key]?.optional,
  );
  if (optionalKey !== undefined)
    throw argumentError(
      resource,
      `attributes.${optionalKey}.optional`,
      true,
      "a key cannot be left out",
    );
}

/** Returns the key attributes that a route's path must contain; undefined if its index does not exist. */
function keysInPath(args: DynamoProxyArgs, route: DynamoRoute): string[] | undefined {
  if (route.operation === "put") return pathParameters(route.path);
  if (route.operation !== "query") return [args.hashKey, ...(args.rangeKey ? [args.rangeKey] : [])];
  if (route.index === undefined) return [args.hashKey];
  const index = args.indexes?.[route.index];
  return index && [index.hashKey];
}
