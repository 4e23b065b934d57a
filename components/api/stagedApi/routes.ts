import * as pulumi from "@pulumi/pulumi";
import type { Location } from "../../location";
import { corsHeader } from "../cors";
import {
  headerParameters,
  type ResponseDefinition,
  type RouteDefinition,
} from "../routeDefinition";
import type { StagedApiArgs, StagedRoute } from "./args";
import { ALIAS_VARIABLE } from "./checks";
import { errorTemplate, plainParameters, requestTemplateOf, responseTemplateOf } from "./templates";

/** The function that the routes call. */
export interface RouteTarget {
  /** ARN of the function behind the callbacks; undefined if there is none. */
  readonly functionArn: pulumi.Output<string> | undefined;
  readonly location: Location;
}

/**
 * Returns one route as API Gateway stores it: the templates that make the callback's event from a request, and the
 * answer from the callback's result.
 */
export function routeDefinition(
  args: StagedApiArgs,
  route: StagedRoute,
  target: RouteTarget,
): RouteDefinition {
  return {
    path: route.path,
    httpMethod: route.method,
    requestParameters: requestParameters(route),
    schema: schemaOf(route),
    integration: {
      type: "AWS",
      integrationHttpMethod: "POST",
      uri: integrationUri(route, target),
      // With any other content type the client's body would reach the function unchanged.
      passthroughBehavior: "NEVER",
      requestTemplates: { "application/json": requestTemplateOf(route) },
    },
    responses: responseDefinitions(args, route),
  };
}

/**
 * Returns the schema of the body. Without one, a body that is not JSON would fail in the template: API Gateway would
 * answer 500, and the alarm on 5xx would end a canary because of a client's mistake. A validated body answers 400:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
function schemaOf(route: StagedRoute): string | undefined {
  if (route.requestModel !== undefined) return JSON.stringify(route.requestModel);
  return READS_JSON.test(requestTemplateOf(route)) ? ANY_JSON : undefined;
}

const READS_JSON = /\$!?\{?input\.(json|path)\b/;
const ANY_JSON = JSON.stringify({ $schema: "http://json-schema.org/draft-04/schema#" });

function requestParameters(route: StagedRoute): Record<string, boolean> {
  const inPath = plainParameters(route.path).map((name): [string, boolean] => [
    `method.request.path.${name}`,
    true,
  ]);
  const declared = Object.entries(route.requestParameters ?? {}).map(
    ([parameter, required]): [string, boolean] => [`method.request.${parameter}`, required],
  );
  return Object.fromEntries([...inPath, ...declared]);
}

/**
 * Answers 200 without an error, and 500 with one, unless the error's text chooses another status. No pattern matches an
 * error with an empty text: a callback never returns one, and for other functions the template of 200 handles it.
 */
function responseDefinitions(args: StagedApiArgs, route: StagedRoute): ResponseDefinition[] {
  const headers = corsHeader(args.cors);
  const responseParameters = headerParameters(headers, (value) => value);
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

/** Both forms leave a part of the function's ARN to the stage: the alias, or the function's name. */
function integrationUri(
  { functionVariable }: StagedRoute,
  { functionArn, location }: RouteTarget,
): pulumi.Output<string> {
  const { accountId, partition, region } = location;
  const target =
    functionVariable === undefined
      ? pulumi.interpolate`${functionArn ?? ""}:\${stageVariables.${ALIAS_VARIABLE}}`
      : pulumi.interpolate`arn:${partition}:lambda:${region}:${accountId}:function:\${stageVariables.${functionVariable}}`;
  return pulumi.interpolate`arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${target}/invocations`;
}
