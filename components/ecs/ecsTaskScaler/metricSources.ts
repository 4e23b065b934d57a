import {
  expressionSource,
  metricSource,
  queueSource,
  type SourceMetric,
  type SourceOfRule,
} from "../scaling/ruleSources";
import type { MetricArgs } from "./args";
import type { ScaledService } from "./scaledService";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
const UTILIZATION = { cpu: "CPUUtilization", memory: "MemoryUtilization" } as const;

export function sourceOf(
  { metric }: Pick<MetricArgs, "metric">,
  { cluster, service }: ScaledService,
): SourceOfRule {
  if (typeof metric === "string") {
    const dimensions = { ClusterName: cluster, ServiceName: service };
    const metricName = UTILIZATION[metric];
    return { metric: { namespace: "AWS/ECS", metricName, dimensions, statistic: "Average" } };
  }
  if ("queue" in metric) return queueSource(metric.queue);
  if ("requests" in metric) {
    const { loadBalancer, targetGroups } = metric.requests;
    // A blue/green service uses one target group after the other: the sum is what the service receives.
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    const parts = targetGroups.map((group, index): [string, SourceMetric] => [
      `m${index}`,
      {
        namespace: "AWS/ApplicationELB",
        metricName: "RequestCount",
        dimensions: { LoadBalancer: loadBalancer.arnSuffix, TargetGroup: group.arnSuffix },
        statistic: "Sum",
      },
    ]);
    const expression = parts.map(([id]) => `FILL(${id}, 0)`).join(" + ");
    return { expression, metrics: Object.fromEntries(parts) };
  }
  if ("expression" in metric) return expressionSource(metric);
  return { metric: metricSource(metric) };
}
