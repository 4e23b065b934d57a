import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  anything,
  type ArgumentPlace,
  argumentError,
  type Check,
  checkArgs,
  checkNamed,
  type Checks,
  describedError,
  isObject,
  list,
  object,
  oneOf,
  required,
  text,
} from "../../validation";
import { checkBounds, checkMetrics, checkSchedules, scalerChecks } from "../scaling/checks";
import { checkCloudWatchMetric, checkQueue, isCluster } from "../scaling/givenChecks";
import { pinPathCheck } from "../pinPath";
import type { CloudWatchMetric } from "../scaling/args";
import { RESULT_ID } from "../scaling/scalingAlarms";
import type { EcsTaskScalerArgs, MetricArgs, ScalingMetric } from "./args";
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
  // The scaler's name follows.
  pinPath: pinPathCheck("/shop/desired-counts", 1),
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

const PER = ["task", "service"];

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
  if ("queue" in metric) checkQueue(self, where, metric);
  else if ("requests" in metric) checkRequests(self, where, metric);
  else if ("expression" in metric) checkExpression(self, where, metric);
  else checkCloudWatchMetric(self, where, metric, { per: oneOf(PER) });
}

/** Load balancers and target groups are found by the end of their ARN, in AWS's own metrics. */
const hasArnSuffix: Check = (value, { resource, argument }) => {
  if (pulumi.Output.isInstance(Reflect.get(Object(value) as object, "arnSuffix"))) return;
  const allowed = "give the resource itself, an aws.lb.LoadBalancer or an aws.lb.TargetGroup";
  throw describedError(resource, argument, typeof value, allowed);
};

function checkRequests(
  self: pulumi.Resource,
  where: string,
  metric: Extract<ScalingMetric, { requests: unknown }>,
): void {
  type Requests = (typeof metric)["requests"];
  const requests = object<Requests>({
    loadBalancer: required(hasArnSuffix),
    targetGroups: required((value, place) => {
      list(hasArnSuffix)(value, place);
      if ((value as unknown[]).length > 0) return;
      throw argumentError(self, place.argument, value, "give the target groups of the service");
    }),
  });
  checkArgs(self, metric, { requests: required(requests) }, where.slice(0, -1));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html */
const MOST_PARTS = 9;

function checkExpression(
  self: pulumi.Resource,
  where: string,
  metric: Extract<ScalingMetric, { expression: string }>,
): void {
  checkArgs(
    self,
    metric,
    {
      expression: text(/\S/, "write a calculation over the ids of metrics, such as a / b"),
      metrics: required((value, place) => {
        isObject(value, place);
        const parts = Object.entries(value as Record<string, unknown>);
        if (parts.length === 0 || parts.length > MOST_PARTS) {
          const allowed = `an alarm calculates with 1 to ${MOST_PARTS} metrics`;
          throw describedError(self, place.argument, `${parts.length} metrics`, allowed);
        }
        for (const [id, part] of parts) {
          if (!/^[a-z]\w*$/.test(id) || id === RESULT_ID) {
            const allowed = `an id begins with a small letter, followed by letters, digits and _, and is not ${RESULT_ID}`;
            throw argumentError(self, place.argument, id, allowed);
          }
          const argument = `${place.argument}.${id}`;
          isObject(part, { ...place, argument });
          checkCloudWatchMetric(self, `${argument}.`, part as Partial<CloudWatchMetric>, {});
        }
      }),
      per: oneOf(PER),
    },
    where.slice(0, -1),
  );
}

function periodProblem({ metric }: MetricArgs, period: number): string | undefined {
  if (metric === "cpu" || metric === "memory")
    return period < 20 || period === 30
      ? "ECS publishes a service's metrics every 20 or 60 seconds"
      : undefined;
  const isQueue = typeof metric === "object" && "queue" in metric;
  return isQueue && period < 60 ? "SQS publishes metrics every 60 seconds" : undefined;
}
