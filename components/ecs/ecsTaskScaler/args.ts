import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { BoundsSchedule, DecideTasks } from "../../../callbacks/ecs/scaling/model";
import type { CloudWatchMetric, ScaleIn, ScaleOut, ScalerCallbackOptions } from "../scaling/args";

/** What is measured. */
export type ScalingMetric =
  /** The service's own utilisation, in percent. */
  | "cpu"
  | "memory"
  /** Messages that wait in a queue, for each task. */
  | { queue: aws.sqs.Queue }
  /** Requests of a load balancer in a period, for each task: over all target groups of a service, since deployments alternate them. */
  | { requests: { loadBalancer: aws.lb.LoadBalancer; targetGroups: aws.lb.TargetGroup[] } }
  /** Any metric; `per: "service"` is shared by the tasks. Default `task`. */
  | (CloudWatchMetric & { per?: "task" | "service" })
  /** A calculation over metrics, by their ids: `errors / requests * 100`. */
  | { expression: string; metrics: Record<string, CloudWatchMetric>; per?: "task" | "service" };

/** One metric and what it asks for: `target`, or `scaleOut` and `scaleIn`. */
export interface MetricArgs {
  /** `"cpu"`, `"memory"`, `{ queue }`, `{ requests: { loadBalancer, targetGroups } }`, `{ namespace, metricName, dimensions?, statistic?, per? }` or `{ expression, metrics, per? }`. */
  metric: ScalingMetric;
  /** Its name in decisions, alarms and `decide`. Default `cpu`, `memory`, `backlog`, `requests` or the name of the metric. */
  name?: string;
  /** Value that each task is to have: more tasks above it, fewer below nine tenths of it. Default: none, with `scaleOut` or `scaleIn` given. */
  target?: number;
  /** When there are to be more tasks. Default: above `target`. */
  scaleOut?: ScaleOut;
  /** When there are to be fewer. Default: below nine tenths of `target`. */
  scaleIn?: ScaleIn;
}

export interface EcsTaskScalerArgs extends Partial<MetricArgs>, ScalerCallbackOptions {
  /** The cluster, or its name. */
  cluster: aws.ecs.Cluster | pulumi.Input<string>;
  /** The service, or its name. Given as a resource it can be checked at preview. */
  service: aws.ecs.Service | pulumi.Input<string>;
  /** Fewest tasks, 0 or more. */
  min: number;
  /** Most tasks, 1 to 5000. */
  max: number;
  /** Several metrics, instead of `metric`: more tasks when any asks for more, fewer when all agree. */
  metrics?: MetricArgs[];
  /** Decides instead of the metrics' own rules, inline; it may only count. Default: those rules. */
  decide?: DecideTasks;
  /** Other bounds from certain times on. Default: none. */
  schedules?: BoundsSchedule[];
  /** `observe` decides and records everything, and changes nothing. Default `scale`. */
  mode?: "scale" | "observe";
  /** Seconds until a new task does its share of the work, 0 to 3600. Default 60. */
  warmup?: number;
  /** Most tasks added by one change. Default: no limit but `max`. */
  maxStepOut?: number;
  /** Most tasks removed by one change. Default: no limit but `min`. */
  maxStepIn?: number;
  /** Most changes in an hour, 1 to 180. Default: no limit. */
  maxChangesPerHour?: number;
  /** Seconds in which no further task starts before no more are asked for, 60 to 86 400. Default 600. */
  capacityTimeout?: number;
  /** Whether tasks may be removed while a deployment is under way. Default `hold`: only added. */
  duringRollout?: "hold" | "allow";
  /** Seconds of a datapoint of the service's CPU and memory; 20 is set at ECS by the scaler, and is billed. Default 60. */
  resolution?: 20 | 60;
  /** Path of the SSM parameter that pins the desired count. Default `/<project>/<stack>/desired-counts`. */
  pinPath?: string;
}
