import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

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
 * Resource ids of the scalable targets that the program has registered by the end of its own code: there is no other
 * place where a preview could see them, and a target that it cannot see the function refuses.
 */
export function scalableTargets(): pulumi.Output<string[]> {
  return pulumi.output(registered());
}

async function registered(): Promise<pulumi.Output<string>[]> {
  await new Promise((resolve) => setImmediate(resolve));
  const root = pulumi.runtime.getStackResource();
  const targets = root ? descendants(root).filter(isTarget) : [];
  return targets.map(({ resourceId }) => resourceId);
}

function isTarget(resource: pulumi.Resource): resource is aws.appautoscaling.Target {
  return aws.appautoscaling.Target.isInstance(resource);
}

function descendants(resource: pulumi.Resource): pulumi.Resource[] {
  // What Pulumi itself follows for dependsOn of a component; not among its public types.
  const { __childResources: children = new Set() } = resource as {
    readonly __childResources?: ReadonlySet<pulumi.Resource>;
  };
  return [...children].flatMap((child) => [child, ...descendants(child)]);
}
