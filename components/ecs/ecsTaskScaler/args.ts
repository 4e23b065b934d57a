import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { BoundsSchedule, DecideTasks } from "../../../callbacks/ecs/scaling/model";
import type { CloudWatchMetric, ScaleIn, ScaleOut, ScalerCallbackOptions } from "../scaling/args";

/** The metric of a rule. */
export type ScalingMetric =
  /** The service's own utilisation, in percent. */
  | "cpu"
  | "memory"
  /** Messages waiting in a queue, per task. */
  | { queue: aws.sqs.Queue }
  /**
   * Requests of a load balancer in a period, per task: summed over all target groups of a service, because deployments
   * alternate between them.
   */
  | { requests: { loadBalancer: aws.lb.LoadBalancer; targetGroups: aws.lb.TargetGroup[] } }
  /** Any metric; `per: "service"` means that the tasks share its value. Default `task`. */
  | (CloudWatchMetric & { per?: "task" | "service" })
  /** A calculation over metrics, by their ids: `errors / requests * 100`. */
  | { expression: string; metrics: Record<string, CloudWatchMetric>; per?: "task" | "service" };

/** One metric and when it scales: `target`, or `scaleOut` and `scaleIn`. */
export interface MetricArgs {
  /** `"cpu"`, `"memory"`, `{ queue }`, `{ requests: { loadBalancer, targetGroups } }`, `{ namespace, metricName, dimensions?, statistic?, per? }` or `{ expression, metrics, per? }`. */
  metric: ScalingMetric;
  /** Its name in decisions, alarms and `decide`. Default `cpu`, `memory`, `backlog`, `requests` or the name of the metric. */
  name?: string;
  /**
   * Value that each task should have: tasks are added above it, and removed below nine tenths of it. Default: none,
   * with `scaleOut` or `scaleIn` given.
   */
  target?: number;
  /** When to add tasks. Default: above `target`. */
  scaleOut?: ScaleOut;
  /** When to remove tasks. Default: below nine tenths of `target`. */
  scaleIn?: ScaleIn;
}

export interface EcsTaskScalerArgs extends Partial<MetricArgs>, ScalerCallbackOptions {
  /** The cluster, or its name. */
  cluster: aws.ecs.Cluster | pulumi.Input<string>;
  /** The service, or its name. A resource can be checked at preview. */
  service: aws.ecs.Service | pulumi.Input<string>;
  /** Fewest tasks, 0 or more. */
  min: number;
  /** Most tasks, 1 to 5000. */
  max: number;
  /**
   * Several metrics, instead of `metric`: tasks are added when any metric requires it, and removed when all allow it.
   */
  metrics?: MetricArgs[];
  /** Decides in place of the metrics' rules, inline; it must be a pure calculation. Default: those rules. */
  decide?: DecideTasks;
  /** Other bounds that start at certain times. Default: none. */
  schedules?: BoundsSchedule[];
  /** `scale`, or `observe`: decides and records everything, but changes nothing. Default `scale`. */
  mode?: "scale" | "observe";
  /** Seconds until a new task takes its share of the load, 0 to 3600. Default 60. */
  warmup?: number;
  /** Most tasks added by one change. Default: no limit but `max`. */
  maxStepOut?: number;
  /** Most tasks removed by one change. Default: no limit but `min`. */
  maxStepIn?: number;
  /** Most changes per hour, 1 to 180. Default: no limit. */
  maxChangesPerHour?: number;
  /** Seconds without a new task starting after which no more are requested, 60 to 86 400. Default 600. */
  capacityTimeout?: number;
  /** During a deployment: `hold` only adds tasks, `allow` may also remove them. Default `hold`. */
  duringRollout?: "hold" | "allow";
  /**
   * Period in seconds of the service's CPU and memory metrics; the scaler sets 20 at ECS, which costs extra. Default
   * 60.
   */
  resolution?: 20 | 60;
  /** Path of the SSM parameter that pins the desired count. Default `/<project>/<stack>/desired-counts`. */
  pinPath?: string;
}
