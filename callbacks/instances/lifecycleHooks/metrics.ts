export const deploymentOnlyModule = true;

/** Where the metrics of lifecycle hooks are, with the dimension `Hook`: `<project>/<stack>/<name>`. */
export const NAMESPACE = "LifecycleHooks";

/**
 * Metrics as a line of the log: without a call of their own.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine(
  name: string,
  at: number,
  values: Readonly<Record<string, number>>,
): string {
  const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: "Count" }));
  const CloudWatchMetrics = [{ Namespace: NAMESPACE, Dimensions: [["Hook"]], Metrics }];
  return JSON.stringify({ _aws: { Timestamp: at, CloudWatchMetrics }, Hook: name, ...values });
}
