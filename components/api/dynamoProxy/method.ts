import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiAuthorization } from "../authorization";
import { corsHeader } from "../cors";
import type { DynamoProxy } from "./dynamoProxy";
import { type DynamoProxyArgs, type DynamoRoute, methodOf, pathParameters } from "./args";
import { routeTemplates, type RouteTemplates } from "./templates";
import { requestModel } from "./itemSchema";
import { formerly, type Named, partOf, plainName } from "../names";
import { locationOf } from "../../location";
import { dynamoErrorTemplate } from "../vtl";

/** Statuses of the three integration responses: DynamoDB answers every error as 400, and 5xx when it is down. */
const RESPONSES = [
  { statusCode: "200", selectionPattern: undefined },
  { statusCode: "400", selectionPattern: "4\\d{2}" },
  { statusCode: "502", selectionPattern: "5\\d{2}" },
] as const;

/** One route: method, model, integration with DynamoDB and its answers. */
export function createProxyMethod(
  self: DynamoProxy,
  named: Named,
  options: {
    args: DynamoProxyArgs;
    route: DynamoRoute;
    resourceId: pulumi.Input<string>;
    validator: aws.apigateway.RequestValidator;
    authorization: ApiAuthorization;
  },
): pulumi.Resource[] {
  const { args, route, resourceId, validator, authorization } = options;
  const { name: base } = named;
  const parent = { parent: self };
  const opts = formerly(named, parent);
  const at = { restApi: self.restApi.id, resourceId, httpMethod: methodOf(route) };
  const model = createModel(base, args, route, at.restApi, opts);
  const method = new aws.apigateway.Method(
    base,
    {
      ...at,
      ...authorization.method,
      requestValidatorId: validator.id,
      requestParameters: requestParameters(route),
      ...(model ? { requestModels: { "application/json": model.name } } : {}),
    },
    opts,
  );
  const integration = new aws.apigateway.Integration(
    base,
    {
      ...at,
      type: "AWS",
      integrationHttpMethod: "POST",
      uri: integrationUri(self, routeTemplates(args, "", route).action),
      credentials: self.role.arn,
      // Any other content type would reach DynamoDB as the client wrote it, table name and all.
      passthroughBehavior: "NEVER",
      requestTemplates: {
        "application/json": self.table.name.apply(
          (table) => routeTemplates(args, table, route).request,
        ),
      },
    },
    { ...opts, dependsOn: [method] },
  );
  const responses = RESPONSES.flatMap(({ statusCode, selectionPattern }) => {
    const headers = responseHeaders(args, route, statusCode);
    const answer = partOf(named, statusCode);
    const answerOpts = formerly(answer, parent);
    const declared = new aws.apigateway.MethodResponse(
      answer.name,
      { ...at, statusCode, responseParameters: mapKeys(headers, () => true) },
      { ...answerOpts, dependsOn: [method] },
    );
    const mapped = new aws.apigateway.IntegrationResponse(
      answer.name,
      {
        ...at,
        statusCode,
        selectionPattern,
        responseParameters: mapKeys(headers, (header) => headers[header]),
        responseTemplates: { "application/json": responseTemplate(args, route, statusCode) },
      },
      { ...answerOpts, dependsOn: [integration, declared] },
    );
    return [declared, mapped];
  });
  return [...(model ? [model] : []), method, integration, ...responses];
}

/** Everything about the routes that a deployment fixes; a change of it is a new deployment. */
export function proxyDefinition(
  args: DynamoProxyArgs,
  tableName: pulumi.Output<string>,
  roleArn: pulumi.Output<string>,
  authorizer: ApiAuthorization["definition"],
): pulumi.Output<unknown> {
  const { attributes, authorization, cors, cacheControl } = args;
  const routes = tableName.apply((table) =>
    args.routes.map((route) => ({ ...route, ...routeTemplates(args, table, route) })),
  );
  const errors = dynamoErrorTemplate();
  return pulumi.output({
    attributes,
    // JSON leaves out the function that makes an authorizer.
    authorization,
    authorizer,
    cors,
    cacheControl,
    routes,
    errors,
    roleArn,
  });
}

function createModel(
  base: string,
  args: DynamoProxyArgs,
  route: DynamoRoute,
  restApi: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): aws.apigateway.Model | undefined {
  if (route.operation !== "put") return undefined;
  const schema = requestModel(routeName(route), args.attributes, route.body);
  return new aws.apigateway.Model(
    base,
    { restApi, contentType: "application/json", schema: JSON.stringify(schema) },
    opts,
  );
}

/** `us-east-1` -> the action of DynamoDB's API in that region, as an integration names it. */
function integrationUri(
  self: DynamoProxy,
  action: RouteTemplates["action"],
): pulumi.Output<string> {
  const { partition, region } = locationOf(self);
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

/** Headers of an answer by name, values quoted as API Gateway wants static ones. */
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

function mapKeys<T>(
  headers: Record<string, string>,
  value: (header: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.keys(headers).map((header) => [`method.response.header.${header}`, value(header)]),
  );
}

/** Title of a body's schema: `PUT /notes/{noteId}` -> `put-notes-by-noteId` */
function routeName(route: DynamoRoute): string {
  return `${methodOf(route).toLowerCase()}-${plainName(route.path)}`;
}
