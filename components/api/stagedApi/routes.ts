import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type ApiAuthorization, createAuthorization } from "../authorization";
import { ApiNames, formerly, type Named, partOf } from "../names";
import { createPaths } from "../paths";
import { corsHeader, createPreflight } from "../cors";
import { createGatewayResponses, GATEWAY_RESPONSES } from "../gatewayResponses";
import { locationOf } from "../../location";
import { childName } from "../../names";
import type { StagedApiArgs, StagedRoute } from "./args";
import { ALIAS_VARIABLE } from "./checks";
import { errorTemplate, plainParameters, requestTemplateOf, responseTemplateOf } from "./templates";

/** The methods of an API: the resources that must exist before it is deployed, and all that a client can notice. */
export interface ApiMethods {
  readonly parts: pulumi.Resource[];
  readonly definition: pulumi.Output<unknown>;
}

/** Creates paths, methods, integrations, answers and preflights of the routes. */
export function createRoutes(
  parent: pulumi.Resource,
  name: string,
  restApi: aws.apigateway.RestApi,
  functionArn: pulumi.Output<string> | undefined,
  args: StagedApiArgs,
): ApiMethods {
  const opts = { parent };
  const paths = args.routes.map(({ path }) => path);
  const names = new ApiNames(name, args.routes);
  const ids = createPaths(parent, names, restApi, paths);
  const validator = new aws.apigateway.RequestValidator(
    childName(name, "validator"),
    { restApi: restApi.id, validateRequestBody: true, validateRequestParameters: true },
    opts,
  );
  const authorization = createAuthorization(parent, restApi, args.authorization);
  const parts = [
    ...authorization.parts,
    ...createGatewayResponses(parent, name, restApi, args.cors),
  ];
  const definitions = args.routes.map((route) => {
    const definition = routeDefinition(parent, route, functionArn, authorization, args);
    const at = { restApi: restApi.id, resourceId: ids[route.path], httpMethod: route.method };
    parts.push(...createMethod(names.method(route), at, definition, validator, opts));
    return { path: route.path, httpMethod: route.method, ...definition };
  });
  const { cors } = args;
  const headers = cors && headersByPath(args.routes);
  if (cors)
    for (const path of new Set(paths)) {
      const routes = args.routes.filter((route) => route.path === path);
      const methods = routes.map(({ method }) => method);
      const named = names.preflight(path);
      const preflight = {
        restApi: restApi.id,
        resourceId: ids[path],
        methods,
        headers: headers?.[path],
        cors,
      };
      parts.push(...createPreflight(named.name, preflight, formerly(named, opts)));
    }
  const definition = pulumi.output({
    definitions,
    cors,
    errors: GATEWAY_RESPONSES,
    authorizer: authorization.definition,
    preflights: headers,
  });
  return { parts, definition };
}

/** Headers that the methods of a path declare, by path, where there are any. */
function headersByPath(routes: readonly StagedRoute[]): Record<string, string[]> | undefined {
  const declaring = routes.filter((route) => declaredHeaders(route).length > 0);
  if (declaring.length === 0) return undefined;
  const of = (path: string): string[] =>
    declaring.filter((route) => route.path === path).flatMap(declaredHeaders);
  return Object.fromEntries(declaring.map(({ path }) => [path, of(path)]));
}

/** `{ "header.X-Id": true }` -> `X-Id` */
function declaredHeaders({ requestParameters = {} }: StagedRoute): string[] {
  return Object.keys(requestParameters)
    .filter((parameter) => parameter.startsWith("header."))
    .map((parameter) => parameter.slice("header.".length));
}

type At = Pick<aws.apigateway.MethodArgs, "restApi" | "resourceId" | "httpMethod">;

/** One route as API Gateway keeps it, without the ids: resources are made from it, and it is what is deployed. */
type RouteDefinition = ReturnType<typeof routeDefinition>;

function routeDefinition(
  parent: pulumi.Resource,
  route: StagedRoute,
  functionArn: pulumi.Output<string> | undefined,
  authorization: ApiAuthorization,
  args: StagedApiArgs,
) {
  const headers = corsHeader(args.cors);
  const declared = Object.fromEntries(
    Object.entries(route.requestParameters ?? {}).map(([parameter, required]) => [
      `method.request.${parameter}`,
      required,
    ]),
  );
  const inPath = Object.fromEntries(
    plainParameters(route.path).map((parameter) => [`method.request.path.${parameter}`, true]),
  );
  return {
    method: {
      ...authorization.method,
      requestParameters: { ...inPath, ...declared },
    },
    schema: route.requestModel === undefined ? undefined : JSON.stringify(route.requestModel),
    integration: {
      type: "AWS",
      integrationHttpMethod: "POST",
      uri: integrationUri(parent, route, functionArn),
      // Any other content type would reach the function as the client wrote it.
      passthroughBehavior: "NEVER",
      requestTemplates: { "application/json": requestTemplateOf(route) },
    },
    responses: responseDefinitions(route, headers),
  };
}

interface ResponseDefinition {
  readonly statusCode: string;
  readonly selectionPattern?: string;
  readonly responseParameters: Record<string, string>;
  readonly responseTemplates: Record<string, string>;
}

/**
 * An answer without an error is 200; any error is 500, unless its text chooses another status. An error without a
 * text meets no pattern: a callback never has one, and other functions are looked after by the template of 200.
 */
function responseDefinitions(
  route: StagedRoute,
  headers: Record<string, string>,
): ResponseDefinition[] {
  const responseParameters = Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [`method.response.header.${header}`, value]),
  );
  const responseTemplate = responseTemplateOf(route);
  const responseTemplates: Record<string, string> =
    responseTemplate === undefined ? {} : { "application/json": responseTemplate };
  return [
    { statusCode: "200", responseParameters, responseTemplates },
    {
      statusCode: "500",
      selectionPattern: "(?s).+",
      responseParameters,
      responseTemplates: { "application/json": errorTemplate() },
    },
  ];
}

function createMethod(
  named: Named,
  at: At,
  { method: methodArgs, schema, integration: integrationArgs, responses }: RouteDefinition,
  validator: aws.apigateway.RequestValidator,
  parent: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { name: base } = named;
  const opts = formerly(named, parent);
  const model =
    schema === undefined
      ? undefined
      : new aws.apigateway.Model(
          base,
          { restApi: at.restApi, contentType: "application/json", schema },
          opts,
        );
  const method = new aws.apigateway.Method(
    base,
    {
      ...at,
      ...methodArgs,
      requestValidatorId: validator.id,
      ...(model ? { requestModels: { "application/json": model.name } } : {}),
    },
    opts,
  );
  const integration = new aws.apigateway.Integration(
    base,
    { ...at, ...integrationArgs },
    { ...opts, dependsOn: [method] },
  );
  const answers = responses.flatMap((response) => {
    const answer = partOf(named, response.statusCode);
    const answerOpts = formerly(answer, parent);
    const responseParameters = Object.fromEntries(
      Object.keys(response.responseParameters).map((header) => [header, true]),
    );
    const declared = new aws.apigateway.MethodResponse(
      answer.name,
      { ...at, statusCode: response.statusCode, responseParameters },
      { ...answerOpts, dependsOn: [method] },
    );
    const mapped = new aws.apigateway.IntegrationResponse(
      answer.name,
      { ...at, ...response },
      { ...answerOpts, dependsOn: [integration, declared] },
    );
    return [declared, mapped];
  });
  return [...(model ? [model] : []), method, integration, ...answers];
}

/** Both forms leave a part of the function's ARN to the stage: its alias, or its name. */
function integrationUri(
  parent: pulumi.Resource,
  { functionVariable }: StagedRoute,
  functionArn: pulumi.Output<string> | undefined,
): pulumi.Output<string> {
  const { accountId, partition, region } = locationOf(parent);
  const target =
    functionVariable === undefined
      ? pulumi.interpolate`${functionArn ?? ""}:\${stageVariables.${ALIAS_VARIABLE}}`
      : pulumi.interpolate`arn:${partition}:lambda:${region}:${accountId}:function:\${stageVariables.${functionVariable}}`;
  return pulumi.interpolate`arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${target}/invocations`;
}
