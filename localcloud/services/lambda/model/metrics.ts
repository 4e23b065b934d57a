import { MetricReports, type MetricReading } from "../../../core/metricReports";
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

/** Publishes Lambda's own metrics to CloudWatch. A failure of CloudWatch never fails an invocation. */
export class Metrics {
  private readonly reports: MetricReports;

  constructor(cloud: CloudApi, region: string) {
    const principal = servicePrincipal(LAMBDA_PRINCIPAL);
    this.reports = new MetricReports(cloud, region, "AWS/Lambda", principal);
  }

  /**
   * Publishes metrics of one invocation.
   *
   * @param resource `name:alias` or `name:version` if the caller invoked the function through one.
   * @param executedVersion version that an alias resolved to; it separates the two versions of a weighted alias.
   */
  publish(
    functionName: string,
    values: MetricValues,
    resource?: string,
    executedVersion?: string,
  ): void {
    const readings = Object.entries(values).map(([metric, value]): MetricReading => [
      metric,
      value,
      metric === "Duration" ? "Milliseconds" : "Count",
    ]);
    const byFunction = [{ Name: "FunctionName", Value: functionName }];
    this.reports.add(byFunction, readings);
    if (!resource) return;
    const byResource = [...byFunction, { Name: "Resource", Value: resource }];
    this.reports.add(byResource, readings);
    if (executedVersion)
      this.reports.add(
        [...byResource, { Name: "ExecutedVersion", Value: executedVersion }],
        readings,
      );
  }
}
