import { MetricReports, type MetricReading } from "../../../../core/metricReports";
import { servicePrincipal } from "../../../../core/principal";
import type { Exchange, GatewayScope } from "../exchange";

/**
 * Publishes the request's metrics per API, per API and stage, and per method if the stage has detailed metrics.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
export function publishMetrics(
  { scope, api, stage, context, request }: Exchange,
  detailed: boolean,
): void {
  const name = { Name: "ApiName", Value: api.snapshot.apiName };
  const stageName = { Name: "Stage", Value: stage.stageName };
  const status = context.status ?? 0;
  const readings: MetricReading[] = [
    ["Count", 1, "Count"],
    ["4XXError", status >= 400 && status < 500 ? 1 : 0, "Count"],
    ["5XXError", status >= 500 ? 1 : 0, "Count"],
    ["Latency", context.responseLatency ?? 0, "Milliseconds"],
  ];
  if (context.integrationLatency !== undefined)
    readings.push(["IntegrationLatency", context.integrationLatency, "Milliseconds"]);
  const reports = (scope.store.runtime.metrics ??= metricReports(scope));
  reports.add([name], readings);
  reports.add([name, stageName], readings);
  if (!detailed) return;
  const method = { Name: "Method", Value: request.method };
  const resource = { Name: "Resource", Value: context.resourcePath };
  reports.add([name, stageName, method, resource], readings);
}

function metricReports({ cloud, region, accountId }: GatewayScope): MetricReports {
  const principal = servicePrincipal("apigateway.amazonaws.com", undefined, accountId);
  return new MetricReports(cloud, region, "AWS/ApiGateway", principal);
}
