import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resourcesOf } from "./programResources";

/**
 * Returns why a service or fleet must not get a second scaler, if the same program already scales it.
 *
 * @param id in the form of Application Auto Scaling: `service/demo/web`.
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
 * Returns the resource ids of the scalable targets that the program registers: a preview can see no others. The
 * function refuses the rest at run time.
 */
export function scalableTargets(): pulumi.Output<string[]> {
  const found = resourcesOf(isTarget);
  return pulumi.output(found.then((targets) => targets.map(({ resourceId }) => resourceId)));
}

function isTarget(resource: pulumi.Resource): resource is aws.appautoscaling.Target {
  return aws.appautoscaling.Target.isInstance(resource);
}
