import * as pulumi from "@pulumi/pulumi";
import { corsHeader } from "../cors";
import { dynamoErrorTemplate } from "../vtl";
import {
  headerParameters,
  pathParameters,
  type ResponseDefinition,
  type RouteDefinition,
} from "../routeDefinition";
import type { Location } from "../../location";
import { type DynamoProxyArgs, type DynamoRoute, methodOf } from "./args";
import { requestModel } from "./itemSchema";
import { routeTemplates, type RouteTemplates } from "./templates";
import { plainName } from "../names";

/** The table that the routes of a proxy call, and the role for it. */
export interface ProxyTarget {
  readonly tableName: pulumi.Output<string>;
  /** ARN of the role that API Gateway assumes. */
  readonly roleArn: pulumi.Output<string>;
  readonly location: Location;
}

/** Statuses of the three answers: DynamoDB answers every error with 400, and with 5xx when it is unavailable. */
const ANSWERS = [
  { statusCode: "200", selectionPattern: undefined },
  { statusCode: "400", selectionPattern: "4\\d{2}" },
  { statusCode: "502", selectionPattern: "5\\d{2}" },
] as const;

/** Returns one route as API Gateway stores it: the request to DynamoDB, and the answer that the client gets. */
export function routeDefinition(
  args: DynamoProxyArgs,
  route: DynamoRoute,
  target: ProxyTarget,
): RouteDefinition {
  return {
    path: route.path,
    httpMethod: methodOf(route),
    requestParameters: requestParameters(route),
    schema: bodySchema(args, route),
    integration: {
      type: "AWS",
      integrationHttpMethod: "POST",
      uri: integrationUri(target.location, routeTemplates(args, "", route).action),
      credentials: target.roleArn,
      // With any other content type the client's body would reach DynamoDB unchanged, table name included.
      passthroughBehavior: "NEVER",
      requestTemplates: {
        "application/json": target.tableName.apply(
          (table) => routeTemplates(args, table, route).request,
        ),
      },
    },
    responses: ANSWERS.map((answer) => responseDefinition(args, route, answer)),
  };
}

function bodySchema(args: DynamoProxyArgs, route: DynamoRoute): string | undefined {
  if (route.operation !== "put") return undefined;
  return JSON.stringify(requestModel(routeName(route), args.attributes, route.body));
}

/** Returns the URI of an integration with an action of DynamoDB in the region, such as `us-east-1`. */
function integrationUri(
  { partition, region }: Location,
  action: RouteTemplates["action"],
): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:apigateway:${region}:dynamodb:action/${action}`;
}

function requestParameters(route: DynamoRoute): Record<string, boolean> {
  const path = pathParameters(route.path).map((name): [string, boolean] => [
    `method.request.path.${name}`,
    true,
  ]);
  const query: [string, boolean][] =
    route.operation === "query"
      ? ["limit", "nextToken"].map((name) => [`method.request.querystring.${name}`, false])
      : [];
  return Object.fromEntries([...path, ...query]);
}

function responseDefinition(
  args: DynamoProxyArgs,
  route: DynamoRoute,
  { statusCode, selectionPattern }: (typeof ANSWERS)[number],
): ResponseDefinition {
  const headers = responseHeaders(args, route, statusCode);
  return {
    statusCode,
    selectionPattern,
    responseParameters: headerParameters(headers, (value) => value),
    responseTemplates: { "application/json": responseTemplate(args, route, statusCode) },
  };
}

/** Returns the headers of an answer by name. API Gateway wants static values in single quotes. */
function responseHeaders(
  args: DynamoProxyArgs,
  route: DynamoRoute,
  statusCode: string,
): Record<string, string> {
  const reads = methodOf(route) === "GET" && statusCode === "200";
  return {
    ...corsHeader(args.cors),
    "Cache-Control": `'${reads ? (args.cacheControl ?? "no-cache") : "no-store"}'`,
  };
}

function responseTemplate(args: DynamoProxyArgs, route: DynamoRoute, statusCode: string): string {
  if (statusCode === "200") return routeTemplates(args, "", route).response;
  return statusCode === "400" ? dynamoErrorTemplate() : '{"message": "The table is not available"}';
}

/** Returns the title of a body's schema: `PUT /notes/{noteId}` -> `put-notes-by-noteId` */
function routeName(route: DynamoRoute): string {
  return `${methodOf(route).toLowerCase()}-${plainName(route.path)}`;
}
