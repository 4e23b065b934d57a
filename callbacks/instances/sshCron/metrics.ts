export const deploymentOnlyModule = true;

/** CloudWatch namespace of the metrics of all crons. */
export const NAMESPACE = "SshCron";

/**
 * Formats counts as a line of the log in the embedded metric format: that needs no API call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine(
  cron: string,
  at: number,
  counts: Readonly<Record<string, number>>,
  about: Readonly<Record<string, unknown>> = {},
): string {
  const Metrics = Object.keys(counts).map((Name) => ({ Name, Unit: "Count" }));
  return JSON.stringify({
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [["Cron"]], Metrics }],
    },
    ...about,
    Cron: cron,
    ...counts,
  });
}
