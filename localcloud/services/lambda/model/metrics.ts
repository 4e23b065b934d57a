import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import { servicePrincipal } from "../../../core/principal";
import type { CloudApi } from "../../../core/service";
import { LAMBDA_PRINCIPAL } from "./roleSession";

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export type MetricName =
  | "Invocations"
  | "Errors"
  | "Throttles"
  | "Duration"
  | "ConcurrentExecutions"
  | "AsyncEventsReceived"
  | "AsyncEventsDropped"
  | "DeadLetterErrors"
  | "DestinationDeliveryFailures";

export type MetricValues = Partial<Record<MetricName, number>>;

/** Publishes Lambda's own metrics; a failing CloudWatch never fails an invocation. */
export class Metrics {
  constructor(
    private readonly cloud: CloudApi,
    private readonly region: string,
  ) {}

  /**
   * `resource`: `name:alias` or `name:version` when the function was invoked by one. `executedVersion`: what an alias
   * came to, which tells the two versions of a weighted one apart.
   */
  publish(
    functionName: string,
    values: MetricValues,
    resource?: string,
    executedVersion?: string,
  ): void {
    const Timestamp = this.cloud.clock.date();
    const byFunction = [{ Name: "FunctionName", Value: functionName }];
    const dimensionSets = [byFunction];
    if (resource) {
      const byResource = [...byFunction, { Name: "Resource", Value: resource }];
      dimensionSets.push(byResource);
      if (executedVersion)
        dimensionSets.push([...byResource, { Name: "ExecutedVersion", Value: executedVersion }]);
    }
    const MetricData: MetricDatum[] = dimensionSets.flatMap((Dimensions) =>
      Object.entries(values).map(([MetricName, Value]) => ({
        MetricName,
        Dimensions,
        Timestamp,
        Value,
        Unit: MetricName === "Duration" ? "Milliseconds" : "Count",
      })),
    );
    void this.cloud
      .call({
        service: "cloudwatch",
        operation: "PutMetricData",
        input: { Namespace: "AWS/Lambda", MetricData },
        principal: servicePrincipal(LAMBDA_PRINCIPAL),
        region: this.region,
      })
      .catch(() => undefined);
  }
}
