import type {
  DimensionFilter,
  ListMetricsCommandInput,
  ListMetricsCommandOutput,
} from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import { metricKey, type Metric } from "../model/metrics";
import type { CloudwatchOperation } from "../store";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const PAGE_SIZE = 500;
const RECENT_MS = 3 * 3_600_000;

export const listMetrics: CloudwatchOperation<ListMetricsCommandInput, ListMetricsCommandOutput> = {
  run(input, { store, clock }) {
    if (input.IncludeLinkedAccounts || input.OwningAccount !== undefined)
      throw new AwsError(
        "InvalidParameterValueException",
        "The local cloud does not implement ListMetrics with linked accounts.",
      );
    const now = clock.now();
    const since = input.RecentlyActive === "PT3H" ? now - RECENT_MS : undefined;
    const { items, nextToken } = page(
      store.metrics.list(now, since).filter((metric) => isWanted(metric, input)),
      { key: metricKey, size: PAGE_SIZE, token: input.NextToken, invalidToken },
    );
    return {
      Metrics: items.map((metric) => ({
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: metric.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
      })),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

export function invalidToken(): AwsError {
  return new AwsError("InvalidNextToken", "The next token is invalid.");
}

function isWanted(metric: Metric, input: ListMetricsCommandInput): boolean {
  return (
    (input.Namespace === undefined || metric.namespace === input.Namespace) &&
    (input.MetricName === undefined || metric.name === input.MetricName) &&
    (input.Dimensions ?? []).every((filter) => hasDimension(metric, filter))
  );
}

function hasDimension(metric: Metric, { Name, Value }: DimensionFilter): boolean {
  return metric.dimensions.some(
    (one) => one.name === Name && (Value === undefined || one.value === Value),
  );
}
