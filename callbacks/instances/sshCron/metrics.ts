export const deploymentOnlyModule = true;

/** Where the metrics of all crons are. */
export const NAMESPACE = "SshCron";

/**
 * Counts as a line of the log, without a call of their own.
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
