import type { AuditRecord } from "./memory";
import type { Scaled } from "./scaled";

export const deploymentOnlyModule = true;

const UNITS = {
  Desired: "Count",
  Running: "Count",
  Min: "Count",
  Max: "Count",
  NoCapacity: "Count",
};

/**
 * Formats the metrics of a decision as a line of the log in the embedded metric format: that needs no API call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine(
  name: string,
  { namespace, label }: Pick<Scaled, "namespace" | "label">,
  { at, from, to, min, max, why, outcome, noCapacity }: AuditRecord,
  running: number,
): string {
  return JSON.stringify({
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [["Scaler"]],
          Metrics: Object.entries(UNITS).map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
    Scaler: name,
    ...label,
    Desired: outcome === "changed" ? to : from,
    Running: running,
    Min: min,
    Max: max,
    NoCapacity: noCapacity ? 1 : 0,
    from,
    to,
    outcome,
    why,
  });
}
