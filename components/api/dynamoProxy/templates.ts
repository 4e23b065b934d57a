// The VTL templates of each route of a DynamoProxy: the request to DynamoDB and the answer to the client. Pure.
import {
  type DynamoProxyArgs,
  type DynamoRoute,
  type GeneratedValue,
  type PutRoute,
  type QueryRoute,
} from "./args";
import { pathParameters } from "../routeDefinition";
import { storedType } from "./itemSchema";
import * as vtl from "../vtl";

/** Name of the attribute that holds an item's expiry time. */
export const EXPIRY_ATTRIBUTE = "expiresAt";

/** The DynamoDB action of one route, with its templates. */
export interface RouteTemplates {
  readonly action: "PutItem" | "GetItem" | "Query" | "DeleteItem";
  readonly request: string;
  readonly response: string;
}

const GENERATED: Readonly<Record<GeneratedValue, { vtl: string; type: "S" | "N" }>> = {
  requestId: { vtl: "$context.extendedRequestId", type: "S" },
  requestTime: { vtl: "$context.requestTimeEpoch", type: "N" },
  sourceIp: { vtl: "$context.identity.sourceIp", type: "S" },
};

export function routeTemplates(
  args: DynamoProxyArgs,
  table: string,
  route: DynamoRoute,
): RouteTemplates {
  switch (route.operation) {
    case "put":
      return putTemplates(args, table, route);
    case "query":
      return queryTemplates(args, table, route);
    case "get":
      return {
        action: "GetItem",
        request: vtl.keyTemplate(table, pathSources(args, route)),
        response: vtl.getResponseTemplate(shown(args, storedNames(args))),
      };
    case "delete":
      return {
        action: "DeleteItem",
        request: vtl.keyTemplate(table, pathSources(args, route)),
        response: "{}",
      };
  }
}

/** Returns the letter of an attribute's stored type, whether clients send the attribute or API Gateway generates it. */
export function attributeType(args: DynamoProxyArgs, name: string): "S" | "N" | "BOOL" {
  const declared = args.attributes[name];
  if (declared) return storedType(declared);
  for (const route of args.routes) {
    const generated = route.operation === "put" ? route.generated?.[name] : undefined;
    if (generated) return GENERATED[generated].type;
  }
  return "S";
}

function putTemplates(args: DynamoProxyArgs, table: string, route: PutRoute): RouteTemplates {
  const generated = Object.entries(route.generated ?? {}).map(([name, value]): vtl.ValueSource => ({
    name,
    ...GENERATED[value],
  }));
  const expiry: vtl.ValueSource[] = args.expireAfterDays
    ? [{ name: EXPIRY_ATTRIBUTE, vtl: "$expiresAt", type: "N" }]
    : [];
  const refuse = route.refuseExisting ?? route.method === "POST";
  return {
    action: "PutItem",
    request: vtl.putItemTemplate({
      table,
      setup: args.expireAfterDays
        ? [`#set($expiresAt = $context.requestTimeEpoch / 1000 + ${args.expireAfterDays * 86_400})`]
        : [],
      sources: [
        ...generated,
        ...expiry,
        ...pathSources(args, route),
        ...vtl.bodySources(args.attributes, route.body),
      ],
      refuseExisting: refuse ? args.hashKey : undefined,
    }),
    // Left out of the answer: the client knows its own address, and proxies on the way should not see it.
    response: vtl.writtenResponseTemplate(
      generated.filter(({ vtl: source }) => !source.includes("sourceIp")),
    ),
  };
}

function queryTemplates(args: DynamoProxyArgs, table: string, route: QueryRoute): RouteTemplates {
  const [partition] = pathSources(args, route);
  if (!partition) throw new Error(`the path ${route.path} names no partition key`);
  const index = route.index === undefined ? undefined : args.indexes?.[route.index];
  const cursorNames = [index?.rangeKey, args.hashKey, args.rangeKey].filter(
    (name): name is string => name !== undefined && name !== partition.name,
  );
  const cursor = [...new Set(cursorNames)].map((name) => ({
    name,
    type: attributeType(args, name) === "N" ? ("N" as const) : ("S" as const),
  }));
  const names = route.attributes ?? index?.attributes ?? storedNames(args);
  return {
    action: "Query",
    request: vtl.queryTemplate({
      table,
      index: route.index,
      partition,
      cursor,
      ascending: route.ascending ?? true,
      defaultLimit: route.defaultLimit ?? 100,
    }),
    response: vtl.queryResponseTemplate({ list: route.list, shown: shown(args, names), cursor }),
  };
}

function pathSources(args: DynamoProxyArgs, route: DynamoRoute): vtl.ValueSource[] {
  return pathParameters(route.path).map((name) => ({
    name,
    vtl: `$input.params('${name}')`,
    type: attributeType(args, name),
  }));
}

/** Returns every attribute that a route writes, without the expiry attribute, which the table adds itself. */
function storedNames(args: DynamoProxyArgs): string[] {
  const generated = args.routes.flatMap((route) =>
    route.operation === "put" ? Object.keys(route.generated ?? {}) : [],
  );
  return [...new Set([...generated, ...Object.keys(args.attributes)])];
}

function shown(args: DynamoProxyArgs, names: readonly string[]): vtl.Shown[] {
  return names.map((name) => ({ name, type: attributeType(args, name) }));
}
