import type * as pulumi from "@pulumi/pulumi";
import type { CloudWatchMetric, MetricArgs } from "./args";
import type { ScaledService } from "./scaledService";

/** A metric whose dimensions may not be known yet. */
export interface SourceMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Record<string, pulumi.Input<string>>;
  readonly statistic: string;
}

/** Where the values of a rule come from; as callbacks/ecs/ecsTaskScaler/configuration.ts reads them. */
export type SourceOfRule =
  | { readonly metric: SourceMetric; readonly queueUrl?: pulumi.Input<string> }
  | { readonly expression: string; readonly metrics: Readonly<Record<string, SourceMetric>> };

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
  if ("queue" in metric) {
    const source = {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: metric.queue.name },
      statistic: "Maximum",
    };
    return { metric: source, queueUrl: metric.queue.url };
  }
  if ("requests" in metric) {
    const { loadBalancer, targetGroups } = metric.requests;
    // A blue/green service answers through one group after the other: together they are what it gets.
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
  if ("expression" in metric) {
    const parts = Object.entries(metric.metrics);
    const metrics = parts.map(([id, one]): [string, SourceMetric] => [id, ofCloudWatch(one)]);
    return { expression: metric.expression, metrics: Object.fromEntries(metrics) };
  }
  return { metric: ofCloudWatch(metric) };
}

function ofCloudWatch({
  namespace,
  metricName,
  dimensions = {},
  statistic = "Average",
}: CloudWatchMetric): SourceMetric {
  return { namespace, metricName, dimensions, statistic };
}
