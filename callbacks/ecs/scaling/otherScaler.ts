import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { refusal } from "./scaled";

export const deploymentOnlyModule = true;

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html */
const DIMENSIONS = {
  ecs: "ecs:service:DesiredCount",
  ec2: "ec2:spot-fleet-request:TargetCapacity",
} as const;

/**
 * Refuses what Application Auto Scaling already scales: two scalers of one service or fleet would undo each other's
 * changes.
 *
 * @param resourceId `service/<cluster>/<service>` or `spot-fleet-request/<id>`
 * @throws Error named ScalingRefused when Application Auto Scaling scales it.
 */
export async function refuseRegistered(
  autoScaling: ApplicationAutoScalingClient,
  namespace: keyof typeof DIMENSIONS,
  resourceId: string,
): Promise<void> {
  const dimension = DIMENSIONS[namespace];
  const { ScalableTargets = [] } = await autoScaling.send(
    new DescribeScalableTargetsCommand({
      ServiceNamespace: namespace,
      ResourceIds: [resourceId],
      ScalableDimension: dimension,
    }),
  );
  if (ScalableTargets.length === 0) return;
  throw refusal(
    `${resourceId} is registered with Application Auto Scaling, which would undo every change; deregister it with ` +
      `'aws application-autoscaling deregister-scalable-target --service-namespace ${namespace} ` +
      `--scalable-dimension ${dimension} --resource-id ${resourceId}', or destroy the scaler.`,
  );
}
