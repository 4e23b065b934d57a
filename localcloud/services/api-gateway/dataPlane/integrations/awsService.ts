import { AwsError, ConnectionLost } from "../../../../core/errors";
import type { Principal } from "../../../../core/principal";
import type { WireRequest, WireResponse } from "../../../../core/service";
import {
  parseAwsUri,
  renderStageVariables,
  type AwsIntegrationUri,
} from "../../model/integrationUri";
import { methodArn, type MethodExchange } from "../exchange";
import { configurationError, endpointTimeout, GatewayError, notEmulated } from "../gatewayError";
import { getHeader } from "../headers";
import { integrationRequest, type IntegrationRequest } from "../integrationRequest";
import { TIMED_OUT, withTimeout } from "../integrationTimeout";
import { actionProtocol, answersInQueryJson } from "./awsServices";
import type { IntegrationResult } from "./integrationResult";
import { actingPrincipal } from "./invokeFunction";
import { queryString, renderPath } from "./renderUri";

/**
 * Calls any AWS service except Lambda, in the service's wire protocol and with the integration's role.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
 */
export async function callAwsService(exchange: MethodExchange): Promise<IntegrationResult> {
  const { scope, integration, stageVariables, log } = exchange;
  const request = integrationRequest(exchange);
  const uri = parseAwsUri(renderStageVariables(integration.uri ?? "", stageVariables));
  if (!uri) throw configurationError("Invalid endpoint address");
  const principal = principalOf(exchange);
  const wire = wireRequest(exchange, uri, request);
  log.trace(() => `Endpoint request body after transformations: ${wire.body.toString("utf8")}`);
  const response = await withTimeout(
    scope.clock,
    integration.timeoutInMillis ?? 29_000,
    send(exchange, uri, wire, principal),
  );
  if (response === TIMED_OUT) throw endpointTimeout();
  return {
    status: response.status,
    headers: { ...response.headers },
    body: Buffer.from(response.body),
    selection: String(response.status),
  };
}

async function send(
  { scope }: MethodExchange,
  uri: AwsIntegrationUri,
  request: WireRequest,
  principal: Principal,
): Promise<WireResponse> {
  try {
    return await scope.cloud.wire(request, {
      answersInQueryJson:
        answersInQueryJson(uri.service, uri.kind) && !request.headers.accept.includes("xml"),
      signingName: uri.service,
      principal,
      region: uri.region,
    });
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    throw new GatewayError("INTEGRATION_FAILURE", "Network error communicating with endpoint", {
      log: "Execution failed due to a network error communicating with endpoint",
    });
  }
}

function principalOf(exchange: MethodExchange): Principal {
  const { integration, match } = exchange;
  if (!integration.credentials) throw configurationError("IAM role or caller credentials required");
  const sourceArn = methodArn(exchange, match.resource.path);
  try {
    return actingPrincipal(exchange, integration.credentials, sourceArn);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw configurationError(
      `API Gateway does not have permission to assume the provided role ${integration.credentials}`,
    );
  }
}

function wireRequest(
  { integration, request: client }: MethodExchange,
  uri: AwsIntegrationUri,
  request: IntegrationRequest,
): WireRequest {
  const headers = Object.fromEntries(
    Object.entries(request.header).map(([name, value]) => [
      name.toLowerCase(),
      [value].flat().join(","),
    ]),
  );
  const method =
    integration.httpMethod === "ANY" ? client.method : (integration.httpMethod ?? "POST");
  const place =
    uri.kind === "action"
      ? actionRequest(uri, request, headers)
      : pathRequest(uri, request, client.headers["content-type"]);
  return {
    method,
    path: place.path,
    rawQuery: place.rawQuery,
    query: new URLSearchParams(place.rawQuery),
    headers: {
      accept: "application/json",
      host: `${uri.service}.${uri.region}.amazonaws.com`,
      ...place.headers,
      ...headers,
      "content-length": String(request.body.length),
    },
    body: request.body,
    sourceIp: client.sourceIp,
  };
}

interface Place {
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
}

function actionRequest(
  uri: AwsIntegrationUri,
  request: IntegrationRequest,
  mapped: Readonly<Record<string, string>>,
): Place {
  const protocol = actionProtocol(uri.service);
  if (!protocol) throw notEmulated(`integrations with actions of the service '${uri.service}'`);
  const [action, fixed = ""] = uri.target.split("&", 2);
  if (protocol.kind === "json")
    return {
      path: "/",
      rawQuery: queryString(request.querystring),
      headers: {
        "content-type": `application/x-amz-json-${protocol.version}`,
        "x-amz-target": `${protocol.targetPrefix}.${action}`,
      },
    };
  // A template that produces a form contains the action's parameters itself.
  const isForm = (mapped["content-type"] ?? "").includes("x-www-form-urlencoded");
  const own = { Action: action, Version: protocol.version };
  const rawQuery = [queryString({ ...own, ...request.querystring }), fixed]
    .filter((part) => part !== "")
    .join("&");
  return {
    path: "/",
    rawQuery,
    headers: isForm ? {} : { "content-type": "application/x-www-form-urlencoded" },
  };
}

function pathRequest(
  uri: AwsIntegrationUri,
  request: IntegrationRequest,
  contentType: string | undefined,
): Place {
  const [path, fixed = ""] = renderPath(uri.target, request.path).split("?", 2);
  const rawQuery = [fixed, queryString(request.querystring)]
    .filter((part) => part !== "")
    .join("&");
  return {
    path: `/${path.replace(/^\//, "")}`,
    rawQuery,
    headers: {
      "content-type":
        getHeader(request.header, "content-type") ?? contentType ?? "application/json",
    },
  };
}
