import * as pulumi from "@pulumi/pulumi";

/**
 * Returns the program's resources of one kind, after its code has run: so their order in the program does not matter. A
 * preview knows these from the program only.
 */
export async function resourcesOf<Kind extends pulumi.Resource>(
  isOfKind: (resource: pulumi.Resource) => resource is Kind,
): Promise<Kind[]> {
  await new Promise((resolve) => setImmediate(resolve));
  const root = pulumi.runtime.getStackResource();
  return root ? descendants(root).filter(isOfKind) : [];
}

function descendants(resource: pulumi.Resource): pulumi.Resource[] {
  // Pulumi itself uses this for dependsOn of a component; it is not among the public types.
  const { __childResources: children = new Set() } = resource as {
    readonly __childResources?: ReadonlySet<pulumi.Resource>;
  };
  return [...children].flatMap((child) => [child, ...descendants(child)]);
}
