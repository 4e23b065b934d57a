import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resourcesOf } from "../scaling/programResources";

/** Why one service is not to have two scalers, in the same program. */
export function otherScalerProblem(
  resourceIds: readonly unknown[],
  cluster: string,
  service: string,
): string | undefined {
  const id = `service/${cluster}/${service}`;
  if (!resourceIds.includes(id)) return undefined;
  return (
    `service: ${id} is registered with Application Auto Scaling in this program, which would undo every change; ` +
    "remove its aws.appautoscaling.Target, or this scaler"
  );
}

/**
 * Resource ids of the scalable targets that the program registers: there is no other place where a preview could see
 * them, and a target that it cannot see the function refuses.
 */
export function scalableTargets(): pulumi.Output<string[]> {
  const found = resourcesOf(isTarget);
  return pulumi.output(found.then((targets) => targets.map(({ resourceId }) => resourceId)));
}

function isTarget(resource: pulumi.Resource): resource is aws.appautoscaling.Target {
  return aws.appautoscaling.Target.isInstance(resource);
}
