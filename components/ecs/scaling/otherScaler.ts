import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resourcesOf } from "./programResources";

/**
 * Why one service or fleet is not to have two scalers, in the same program.
 *
 * @param id as Application Auto Scaling has it: `service/demo/web`.
 */
export function otherScalerProblem(
  argument: "service" | "fleet",
  id: string,
  resourceIds: readonly unknown[],
): string | undefined {
  if (!resourceIds.includes(id)) return undefined;
  return (
    `${argument}: ${id} is registered with Application Auto Scaling in this program, which would undo every change; ` +
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
