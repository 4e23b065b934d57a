export const deploymentOnlyModule = true;

/** CloudWatch namespace of the lifecycle hooks' metrics, with the dimension `Hook`: `<project>/<stack>/<name>`. */
export const NAMESPACE = "LifecycleHooks";

/**
 * Formats metrics as a line of the log in the embedded metric format: that needs no API call.
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
