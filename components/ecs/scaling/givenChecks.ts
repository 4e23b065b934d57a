import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  anything,
  argumentError,
  type Check,
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

/** Fields of both; their values are checked in combination. */
const SIGNAL = {
  steps: STEPS,
  period: anything,
  datapoints: anything,
  of: anything,
  cooldown: anything,
};

export const checkScaleOut: Check = object<ScaleOut>({ above: anything, ...SIGNAL });
export const checkScaleIn: Check = object<ScaleIn>({ below: anything, ...SIGNAL });

/** Checks an argument that is a resource or a name, which may not be known yet. */
export function checkNamed(
  self: pulumi.Resource,
  argument: string,
  value: unknown,
  isResource: (value: unknown) => boolean,
): void {
  const isText = typeof value === "string" && value !== "";
  if (isText || isResource(value) || pulumi.Output.isInstance(value) || value instanceof Promise)
    return;
  const allowed = `give the ${argument.split(".").at(-1)} or its name`;
  throw typeof value === "object" && value !== null
    ? describedError(self, argument, "an object", allowed)
    : argumentError(self, argument, value, allowed);
}

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
      const allowed = "give namespace and metricName as CloudWatch has them, such as AWS/SQS";
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
