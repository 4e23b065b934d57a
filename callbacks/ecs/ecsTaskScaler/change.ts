import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { type ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { refusal } from "../scaling/scaled";
import type { TaskScalerConfig } from "./configuration";

export const deploymentOnlyModule = true;

type Scaled = Pick<TaskScalerConfig, "cluster" | "service">;

/**
 * Two scalers of one service undo each other's changes, so the one that was there first stays.
 *
 * @throws Error named ScalingRefused when Application Auto Scaling has the service.
 */
export async function refuseOtherScaler(
  autoScaling: ApplicationAutoScalingClient,
  { cluster, service }: Scaled,
): Promise<void> {
  const id = `service/${cluster}/${service}`;
  const { ScalableTargets = [] } = await autoScaling.send(
    new DescribeScalableTargetsCommand({
      ServiceNamespace: "ecs",
      ResourceIds: [id],
      ScalableDimension: "ecs:service:DesiredCount",
    }),
  );
  if (ScalableTargets.length === 0) return;
  throw refusal(
    `${id} is registered with Application Auto Scaling, which would undo every change; deregister it with ` +
      `'aws application-autoscaling deregister-scalable-target --service-namespace ecs ` +
      `--scalable-dimension ecs:service:DesiredCount --resource-id ${id}', or destroy the scaler.`,
  );
}

/** Tells the program the count. */
export async function pinCount(ssm: SSMClient, name: string, desired: number): Promise<void> {
  const Value = String(desired);
  await ssm.send(new PutParameterCommand({ Name: name, Value, Type: "String", Overwrite: true }));
}

export async function setDesired(
  ecs: ECSClient,
  { cluster, service }: Scaled,
  desiredCount: number,
): Promise<void> {
  await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
}

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MetricConfiguration.html: @pulumi/aws 7.48 has no
 * argument for it.
 */
export async function setResolution(
  ecs: ECSClient,
  { cluster, service }: Scaled,
  resolutionSeconds: number,
): Promise<void> {
  const metricNames = ["CPUUtilization", "MemoryUtilization"];
  const monitoring = { metricConfigurations: [{ metricNames, resolutionSeconds }] };
  await ecs.send(new UpdateServiceCommand({ cluster, service, monitoring }));
}
