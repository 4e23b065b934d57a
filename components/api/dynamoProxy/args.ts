import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ApiAccount } from "../account";
import { checkAuthorization, type Authorization } from "../authorization";
import { stageNameCheck, THROTTLING_CHECKS, type Throttling } from "../stage";
import { checkCors, type Cors } from "../cors";
import { RETENTION_DAYS } from "../../retention";
import { anything, integer, object, oneOf, text, type Checks } from "../../validation";
import { checkAlarmActions, checkTags } from "../../function/sharedChecks";
import type { ItemSchema } from "./itemSchema";

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

/** Returns the HTTP method of a route. */
export function methodOf(route: DynamoRoute): string {
  if (route.operation === "put") return route.method;
  return route.operation === "delete" ? "DELETE" : "GET";
}
