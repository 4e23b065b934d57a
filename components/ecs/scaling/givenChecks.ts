import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  anything,
  argumentError,
  type Check,
  checkArgs,
  checkKeys,
  checkNamed,
  checkOneOf,
  type Checks,
  describedError,
  isLater,
  isObject,
  list,
  object,
  required,
  text,
} from "../../validation";
import type { CloudWatchMetric, ScaleIn, ScaleOut, ScalingStep } from "./args";

const STEPS = list(
  object<ScalingStep>({
    from: anything,
    tasks: anything,
    percent: anything,
  } satisfies Checks<ScalingStep>),
);

/** Fields of both `scaleOut` and `scaleIn`; their values are checked in combination. */
const SIGNAL = {
  steps: STEPS,
  period: anything,
  datapoints: anything,
  of: anything,
  cooldown: anything,
};

export const checkScaleOut: Check = object<ScaleOut>({ above: anything, ...SIGNAL });
export const checkScaleIn: Check = object<ScaleIn>({ below: anything, ...SIGNAL });

export const isCluster = (value: unknown): boolean => aws.ecs.Cluster.isInstance(value);

/** Refuses anything but a Queue: counting messages needs the queue's name and its URL, and no single text has both. */
export function checkQueue(
  self: pulumi.Resource,
  where: string,
  metric: { readonly queue: unknown },
): void {
  checkKeys(self, metric, ["queue"], where.slice(0, -1));
  if (aws.sqs.Queue.isInstance(metric.queue)) return;
  throw describedError(self, `${where}queue`, typeof metric.queue, "give an aws.sqs.Queue");
}

const AS_IN_CLOUDWATCH = "give namespace and metricName as in CloudWatch, such as AWS/SQS";
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html */
const MOST_DIMENSIONS = 30;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
const STATISTIC =
  /^(SampleCount|Average|Sum|Minimum|Maximum|IQM|(p|tm|tc|ts|wm)\d{1,3}(\.\d{1,10})?|(PR|TM|TC|TS|WM)\(.+\))$/;

/** @param more checks of further fields, such as `per`. */
export function checkCloudWatchMetric(
  self: pulumi.Resource,
  where: string,
  metric: Partial<CloudWatchMetric>,
  more: Readonly<Record<string, Check>>,
): void {
  const checks = {
    namespace: required(text(/./, AS_IN_CLOUDWATCH)),
    metricName: required(text(/./, AS_IN_CLOUDWATCH)),
    dimensions: checkDimensions,
    statistic: text(STATISTIC, "allowed are Average, Sum, Maximum, p95 and others of CloudWatch"),
    ...more,
  } satisfies Checks<CloudWatchMetric>;
  checkArgs<object>(self, metric, checks, where.slice(0, -1));
}

const checkDimensions: Check = (value, place) => {
  isObject(value, place);
  const dimensions = Object.entries(value as object);
  if (dimensions.length > MOST_DIMENSIONS) {
    const allowed = `a metric has at most ${MOST_DIMENSIONS}`;
    throw describedError(place.resource, place.argument, `${dimensions.length}`, allowed);
  }
  for (const [name, one] of dimensions) {
    if (isLater(one) || (typeof one === "string" && one !== "")) continue;
    const argument = `${place.argument}.${name}`;
    throw argumentError(place.resource, argument, one, "the value of a dimension is a text");
  }
};

export function checkReserved(
  self: pulumi.Resource,
  where: string,
  { reserved, cluster }: { readonly reserved?: unknown; readonly cluster?: unknown },
): void {
  checkOneOf(self, `${where}reserved`, reserved, ["cpu", "memory"]);
  checkNamed(self, `${where}cluster`, cluster, isCluster);
}
