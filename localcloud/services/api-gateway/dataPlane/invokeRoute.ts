import type { Stage } from "@aws-sdk/client-api-gateway";
import { randomUUID } from "node:crypto";
import type { Route, WireRequest, WireResponse } from "../../../core/service";
import type { Api, ApiGatewayStore } from "../store";
import { compileApi } from "./compiledApi";
import { compressed, decompressed } from "./compression";
import { newContext } from "./contextVariables";
import type { Exchange, GatewayAnswer, GatewayScope } from "./exchange";
import { sendableHeaders } from "./headers";
import { newTraceId } from "./integrations/proxyEvent";
import { formatAccessLog } from "./logging/accessLog";
import { ExecutionLog } from "./logging/executionLog";
import { publishMetrics } from "./logging/metrics";
import { parseQuery } from "./requestData";
import { traceRequest } from "./requestTrace";
import { serve } from "./serve";
import { methodSettings } from "./stageSettings";

/** Path at which stages are called in this cloud: `/restapis/<api>/<stage>/_user_request_<path>`. */
const INVOKE_PATH = /^\/restapis\/([^/]+)\/([^/]+)\/_user_request_(\/.*)?$/s;

export const invokeRoute: Route<ApiGatewayStore> = {
  matches: ({ path }) => INVOKE_PATH.test(path),
  // An API is found by its id alone, because ids are unique across regions.
  isIn: ({ path }, { apis }) => apis.has(INVOKE_PATH.exec(path)?.[1] ?? ""),
  async handle(request, scope) {
    const [, apiId, stageName, path = "/"] = INVOKE_PATH.exec(request.path) ?? [];
    const api = scope.store.apis.get(apiId);
    const stage = api?.stages.get(stageName);
    if (!api || !stage) return unknownStage();
    const exchange = open(request, scope, { api, stage, path });
    if (!exchange) return unknownStage();
    return traceRequest(exchange, async () => close(exchange, await serve(exchange)));
  },
};

/** Returns AWS's response for a stage that does not exist: the same as for an unknown host. */
function unknownStage(): WireResponse {
  return {
    status: 403,
    headers: {
      "Content-Type": "application/json",
      "x-amzn-RequestId": randomUUID(),
      "x-amzn-ErrorType": "ForbiddenException",
    },
    body: '{"message":"Forbidden"}',
  };
}

function open(
  sent: WireRequest,
  scope: GatewayScope,
  { api, stage, path }: { api: Api; stage: Stage; path: string },
): Exchange | undefined {
  const canary = takesCanary(scope, api.id, stage) ? stage.canarySettings : undefined;
  const deploymentId = canary?.deploymentId ?? stage.deploymentId ?? "";
  const deployment = api.deployments.get(deploymentId);
  if (!deployment) return undefined;
  const compiled = compileApi(deployment.snapshot);
  const request = decompressed(sent, deployment.snapshot.minimumCompressionSize);
  const context = newContext(request, {
    accountId: scope.accountId,
    apiId: api.id,
    stage: stage.stageName ?? "",
    deploymentId,
    path,
    now: scope.clock.now(),
    newRequestId: randomUUID,
  });
  if (stage.canarySettings) context.isCanaryRequest = canary !== undefined;
  return {
    scope,
    request,
    api: compiled,
    stage,
    stageVariables: { ...stage.variables, ...canary?.stageVariableOverrides },
    path,
    query: parseQuery(request.rawQuery),
    context,
    log: new ExecutionLog(context.requestId),
  };
}

/**
 * Decides whether the canary serves a request. AWS draws at random; here its percentage of every hundred requests is
 * spread evenly, which keeps tests repeatable.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
 */
function takesCanary({ store }: GatewayScope, apiId: string, stage: Stage): boolean {
  const percent = stage.canarySettings?.percentTraffic ?? 0;
  if (percent <= 0) return false;
  const { canaryRequests } = store.runtime;
  const key = `${apiId}/${stage.stageName}`;
  const seen = canaryRequests.get(key) ?? 0;
  canaryRequests.set(key, seen + 1);
  return Math.floor(((seen + 1) * percent) / 100) > Math.floor((seen * percent) / 100);
}

function close(exchange: Exchange, answer: GatewayAnswer): WireResponse {
  const { context, scope, api, request } = exchange;
  const final = compressed(answer, request, api.snapshot.minimumCompressionSize);
  context.status = final.status;
  context.responseLength = final.body.length;
  context.responseLatency = scope.clock.now() - context.requestTimeEpoch;
  exchange.log.info(`Method completed with status: ${final.status}`);
  record(exchange);
  const isHttpProxy =
    context.resourcePath !== undefined && integrationType(exchange) === "HTTP_PROXY";
  const headers = sendableHeaders(final.headers);
  if (final.status !== 204 && final.status !== 304)
    headers.push(["Content-Length", String(final.body.length)]);
  headers.push(["x-amzn-RequestId", context.requestId]);
  headers.push(["x-amz-apigw-id", context.extendedRequestId]);
  if (!isHttpProxy && context.error === undefined)
    headers.push(["X-Amzn-Trace-Id", newTraceId(scope.clock.now())]);
  return {
    status: final.status,
    headers: Object.fromEntries(headers),
    body: request.method === "HEAD" ? "" : final.body,
  };
}

function integrationType({ api, request, context }: Exchange): string | undefined {
  const resource = api.resources.get(context.resourceId ?? "");
  const method = resource?.methods[request.method] ?? resource?.methods.ANY;
  return method?.methodIntegration?.type;
}

/** Records logs and metrics after the response is sent; no request waits for them. */
function record(exchange: Exchange): void {
  const { scope, stage, api, context, log, request } = exchange;
  const { runtime } = scope.store;
  const now = scope.clock.now();
  if (log.enabled) {
    const group = `API-Gateway-Execution-Logs_${api.snapshot.apiId}/${stage.stageName}`;
    runtime.logs.deliver(scope, { group, createGroup: true }, log.lines, now);
  }
  const { destinationArn, format } = stage.accessLogSettings ?? {};
  if (destinationArn !== undefined && format !== undefined) {
    const group = destinationArn.split(":log-group:")[1];
    const line = formatAccessLog(format, context);
    runtime.logs.deliver(scope, { group, createGroup: false }, [line], now);
  }
  const settings = methodSettings(stage, context.resourcePath ?? "", request.method);
  publishMetrics(exchange, settings.metricsEnabled ?? false);
}
