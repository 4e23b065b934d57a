import { type ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { TaskScalerConfig } from "./configuration";

export const deploymentOnlyModule = true;

type Scaled = Pick<TaskScalerConfig, "cluster" | "service">;

/** Writes the count to the parameter that the program reads. */
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
