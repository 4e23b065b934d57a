import { AwsError } from "../../../../core/errors";
import { ConnectionLost } from "../../../../cloud/faults";
import { servicePrincipal } from "../../../../core/principal";
import type { Exchange } from "../exchange";

/**
 * Publishes the request's metrics by API, by API and stage, and by method where the stage asks for it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
export async function publishMetrics(
  { scope, api, stage, context, request }: Exchange,
  detailed: boolean,
): Promise<void> {
  const name = { Name: "ApiName", Value: api.snapshot.apiName };
  const stageName = { Name: "Stage", Value: stage.stageName };
  const method = [
    { Name: "Method", Value: request.method },
    { Name: "Resource", Value: context.resourcePath },
  ];
  const dimensions = [
    [name],
    [name, stageName],
    ...(detailed ? [[name, stageName, ...method]] : []),
  ];
  const status = context.status ?? 0;
  const values: [metric: string, value: number, unit: string][] = [
    ["Count", 1, "Count"],
    ["4XXError", status >= 400 && status < 500 ? 1 : 0, "Count"],
    ["5XXError", status >= 500 ? 1 : 0, "Count"],
    ["Latency", context.responseLatency ?? 0, "Milliseconds"],
    ...(context.integrationLatency === undefined
      ? []
      : [
          ["IntegrationLatency", context.integrationLatency, "Milliseconds"] as [
            string,
            number,
            string,
          ],
        ]),
  ];
  try {
    await scope.cloud.call({
      service: "cloudwatch",
      operation: "PutMetricData",
      input: {
        Namespace: "AWS/ApiGateway",
        MetricData: dimensions.flatMap((Dimensions) =>
          values.map(([MetricName, Value, Unit]) => ({
            MetricName,
            Dimensions,
            Timestamp: scope.clock.date(),
            Value,
            Unit,
          })),
        ),
      },
      principal: servicePrincipal("apigateway.amazonaws.com", undefined, scope.accountId),
      region: scope.region,
    });
  } catch (error) {
    // Metrics are best effort: no request fails for them.
    if (!(error instanceof AwsError) && !(error instanceof ConnectionLost)) throw error;
  }
}
