import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  anything,
  argumentError,
  type Check,
  checkNamed,
  checkOneOf,
  type Checks,
  describedError,
  list,
  object,
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
export function checkQueue(self: pulumi.Resource, where: string, queue: unknown): void {
  if (aws.sqs.Queue.isInstance(queue)) return;
  throw describedError(self, `${where}queue`, typeof queue, "give an aws.sqs.Queue");
}

export function checkCloudWatchMetric(
  self: pulumi.Resource,
  where: string,
  { namespace, metricName }: Partial<CloudWatchMetric>,
): void {
  for (const [name, value] of Object.entries({ namespace, metricName }))
    if (typeof value !== "string" || value === "") {
      const allowed = "give namespace and metricName as in CloudWatch, such as AWS/SQS";
      throw argumentError(self, where + name, value, allowed);
    }
}

export function checkReserved(
  self: pulumi.Resource,
  where: string,
  { reserved, cluster }: { readonly reserved?: unknown; readonly cluster?: unknown },
): void {
  checkOneOf(self, `${where}reserved`, reserved, ["cpu", "memory"]);
  checkNamed(self, `${where}cluster`, cluster, isCluster);
}
