import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  anything,
  type ArgumentPlace,
  argumentError,
  checkArgs,
  checkNamed,
  type Checks,
  describedError,
  isObject,
  list,
  oneOf,
  text,
} from "../../validation";
import { checkBounds, checkMetrics, checkSchedules, scalerChecks } from "../scaling/checks";
import { checkCloudWatchMetric, checkQueue, isCluster } from "../scaling/givenChecks";
import type { EcsTaskScalerArgs, MetricArgs } from "./args";
import { metricsOf, settingsOf } from "./scalingRules";

/** Tasks of a service. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const TASKS = { most: 5000, unit: "tasks" };

const CHECKS = {
  ...scalerChecks(TASKS),
  // Checked in combination below.
  cluster: anything,
  service: anything,
  metric: (value, place) => checkIsMetric(value, place),
  name: anything,
  metrics: list((value, place) => {
    isObject(value, place);
    const argument = `${place.argument}.metric`;
    checkIsMetric(Reflect.get(value as object, "metric"), { ...place, argument });
  }),
  duringRollout: oneOf(["hold", "allow"]),
  resolution: oneOf([20, 60]),
  pinPath: text(
    /^(\/[\w.-]+)+$/,
    "allowed is a path of letters, digits, ., - and _, such as /shop/desired-counts",
  ),
} satisfies Checks<EcsTaskScalerArgs>;

/** @throws pulumi.ResourceError naming the argument. */
export function checkEcsTaskScaler(self: pulumi.Resource, args: EcsTaskScalerArgs): void {
  checkArgs(self, args, CHECKS);
  checkBounds(self, "", args, TASKS);
  checkNamed(self, "cluster", args.cluster, isCluster);
  checkNamed(self, "service", args.service, (service) => aws.ecs.Service.isInstance(service));
  checkSchedules(self, args, TASKS);
  checkMetrics(self, args, {
    metrics: metricsOf(args),
    rules: settingsOf(args).rules,
    checkMetric: (where, one) => checkMetric(self, where, one, args),
    periodProblem,
  });
}

function checkMetric(
  self: pulumi.Resource,
  where: string,
  { metric }: MetricArgs,
  args: EcsTaskScalerArgs,
): void {
  if (typeof metric === "string") {
    const fewest = Math.min(args.min, ...(args.schedules ?? []).map(({ min }) => min));
    if (fewest > 0) return;
    const allowed = `a service without tasks has no ${metric}, so no alarm would ever start it; set min to 1, or scale by a queue`;
    throw argumentError(self, "min", fewest, allowed);
  }
  checkKind(self, `${where}metric.`, metric);
}

const KINDS = ["queue", "requests", "metricName", "expression"];

/** Checks that a value is a metric of exactly one kind. Checks that need other arguments follow later. */
function checkIsMetric(value: unknown, { resource, argument }: ArgumentPlace): void {
  if (value === "cpu" || value === "memory") return;
  const given = KINDS.filter((kind) => kind in (Object(value) as object));
  if (given.length === 1) return;
  const allowed = `allowed are "cpu", "memory", or an object with one of ${KINDS.join(", ")}`;
  const description = typeof value === "string" ? JSON.stringify(value) : typeof value;
  throw describedError(resource, argument, given.join(" and ") || description, allowed);
}

function checkKind(
  self: pulumi.Resource,
  where: string,
  metric: Exclude<MetricArgs["metric"], string>,
): void {
  if ("queue" in metric) checkQueue(self, where, metric.queue);
  else if ("metricName" in metric) checkCloudWatchMetric(self, where, metric);
}

function periodProblem({ metric }: MetricArgs, period: number): string | undefined {
  if (metric === "cpu" || metric === "memory")
    return period < 20 || period === 30
      ? "ECS publishes a service's metrics every 20 or 60 seconds"
      : undefined;
  const isQueue = typeof metric === "object" && "queue" in metric;
  return isQueue && period < 60 ? "SQS publishes metrics every 60 seconds" : undefined;
}
