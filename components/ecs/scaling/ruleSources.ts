import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudWatchMetric } from "./args";

/** A metric whose dimensions may not be known yet. */
export interface SourceMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Record<string, pulumi.Input<string>>;
  readonly statistic: string;
}

/** The source of a rule's values, in the form that callbacks/ecs/scaling/configuration.ts reads. */
export type SourceOfRule =
  | { readonly metric: SourceMetric; readonly queueUrl?: pulumi.Input<string> }
  | { readonly expression: string; readonly metrics: Readonly<Record<string, SourceMetric>> };

/** A calculation over CloudWatch metrics. */
export interface MetricExpression {
  expression: string;
  metrics: Record<string, CloudWatchMetric>;
}

export function metricSource({
  namespace,
  metricName,
  dimensions = {},
  statistic = "Average",
}: CloudWatchMetric): SourceMetric {
  return { namespace, metricName, dimensions, statistic };
}

export function expressionSource({ expression, metrics }: MetricExpression): SourceOfRule {
  const parts = Object.entries(metrics);
  return {
    expression,
    metrics: Object.fromEntries(parts.map(([id, one]) => [id, metricSource(one)])),
  };
}

/** Messages waiting in a queue. */
export function queueSource(queue: aws.sqs.Queue): SourceOfRule {
  const metric = {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queue.name },
    statistic: "Maximum",
  };
  return { metric, queueUrl: queue.url };
}
