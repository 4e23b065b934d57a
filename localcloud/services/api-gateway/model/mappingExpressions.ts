import type { Method } from "@aws-sdk/client-api-gateway";
import { badRequest } from "./apiErrors";

const SHARED_SOURCE = /^(?:'[^']*'|stageVariables\.[A-Za-z0-9_]+|context\.[A-Za-z0-9_.\-]+)$/;
const REQUEST_TARGET = /^integration\.request\.(?:header|querystring|path)\.\S+$/;
const REQUEST_PARAMETER =
  /^method\.request\.(header|querystring|path|multivalueheader|multivaluequerystring)\.(\S+)$/;
const REQUEST_BODY = /^method\.request\.body(?:[.[]\S+)?$/;
const RESPONSE_TARGET = /^method\.response\.header\.\S+$/;
const RESPONSE_SOURCE =
  /^integration\.response\.(?:(?:header|multivalueheader)\.\S+|body(?:[.[]\S+)?)$/;

/**
 * Checks `integration.request.* = method.request.*`: the method must declare the parameters.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function checkRequestMapping(
  mapping: Readonly<Record<string, string>> | undefined,
  method: Method,
): void {
  refuse(
    Object.entries(mapping ?? {}).flatMap(([target, source]) => {
      if (!REQUEST_TARGET.test(target)) return [invalidExpression(target)];
      if (SHARED_SOURCE.test(source) || REQUEST_BODY.test(source)) return [];
      const parameter = REQUEST_PARAMETER.exec(source);
      if (!parameter) return [invalidExpression(source)];
      const declared = `method.request.${parameter[1].replace("multivalue", "")}.${parameter[2]}`;
      return method.requestParameters && declared in method.requestParameters
        ? []
        : [invalidParameter(source)];
    }),
  );
}

/** Checks `method.response.header.* = integration.response.*`: the method response must declare the headers too. */
export function checkResponseMapping(
  mapping: Readonly<Record<string, string>> | undefined,
  method: Method,
  statusCode: string,
): void {
  const targets = Object.entries(mapping ?? {});
  if (targets.length === 0) return;
  const response = method.methodResponses?.[statusCode];
  if (!response) return refuse(["No method response exists for method."]);
  refuse(
    targets.flatMap(([target, source]) => {
      if (!RESPONSE_TARGET.test(target)) return [invalidExpression(target)];
      if (!(target in (response.responseParameters ?? {}))) return [invalidParameter(target)];
      return SHARED_SOURCE.test(source) || RESPONSE_SOURCE.test(source)
        ? []
        : [invalidExpression(source)];
    }),
  );
}

/** Checks `gatewayresponse.header.* = method.request.*`, context, stage variables or a static value. */
export function checkGatewayResponseMapping(
  mapping: Readonly<Record<string, string>> | undefined,
): void {
  refuse(
    Object.entries(mapping ?? {}).flatMap(([target, source]) => {
      if (!/^gatewayresponse\.header\.\S+$/.test(target)) return [invalidExpression(target)];
      return SHARED_SOURCE.test(source) || REQUEST_PARAMETER.test(source)
        ? []
        : [invalidExpression(source)];
    }),
  );
}

function refuse(errors: readonly string[]): void {
  if (errors.length > 0)
    throw badRequest(
      "Invalid mapping expression specified: Validation Result: warnings : [], " +
        `errors : [${errors.join(", ")}]`,
    );
}

function invalidExpression(expression: string): string {
  return `Invalid mapping expression specified: ${expression}`;
}

function invalidParameter(parameter: string): string {
  return `Invalid mapping expression parameter specified: ${parameter}`;
}
