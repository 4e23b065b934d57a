import * as pulumi from "@pulumi/pulumi";
import type { InterfaceSpec } from "../../../callbacks/instances/eniLifecycleHook/model";
import type { InstanceInterface } from "./args";

/** Returns the interfaces in the form that the function reads. */
export function specsOf(interfaces: readonly InstanceInterface[]): pulumi.Output<InterfaceSpec[]> {
  return pulumi.output(
    interfaces.map(({ subnets, securityGroups, deviceIndex, ...rest }, index) =>
      pulumi
        .all([subnetsByZone(subnets), securityGroups])
        .apply(([byZone, groups]): InterfaceSpec => ({
          ...rest,
          deviceIndex: deviceIndex ?? index + 1,
          subnets: byZone,
          securityGroups: groups,
        })),
    ),
  );
}

function subnetsByZone(
  subnets: InstanceInterface["subnets"],
): pulumi.Output<Record<string, string>> {
  if (!Array.isArray(subnets)) return pulumi.output(subnets);
  return pulumi
    .all(subnets.map(({ availabilityZone, id }) => pulumi.all([availabilityZone, id])))
    .apply((pairs) => Object.fromEntries(pairs));
}
