import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { checkPaths } from "../paths";
import { pathParameters } from "../routeDefinition";
import {
  anything,
  argumentError,
  checkArgs,
  checkInteger,
  describedError,
  isObject,
  list,
  record,
  required,
  type Checks,
} from "../../validation";
import { checkItemSchema } from "./itemSchema";
import {
  DYNAMO_PROXY_CHECKS,
  methodOf,
  type DynamoRoute,
  type PutRoute,
  type QueryRoute,
  type DynamoProxyArgs,
} from "./args";

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
      `allowed are ${Object.keys(args.indexes ?? {}).join(", ") || "none, because indexes is empty"}`,
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
