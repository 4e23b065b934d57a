import * as pulumi from "@pulumi/pulumi";

/**
 * What the program has made by the end of its own code: the order in a program is no matter, and a preview sees nothing
 * else of what only the same program knows.
 */
export async function resourcesOf<Kind extends pulumi.Resource>(
  isOfKind: (resource: pulumi.Resource) => resource is Kind,
): Promise<Kind[]> {
  await new Promise((resolve) => setImmediate(resolve));
  const root = pulumi.runtime.getStackResource();
  return root ? descendants(root).filter(isOfKind) : [];
}

function descendants(resource: pulumi.Resource): pulumi.Resource[] {
  // What Pulumi itself follows for dependsOn of a component; not among its public types.
  const { __childResources: children = new Set() } = resource as {
    readonly __childResources?: ReadonlySet<pulumi.Resource>;
  };
  return [...children].flatMap((child) => [child, ...descendants(child)]);
}
