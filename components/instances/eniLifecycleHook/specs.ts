import * as pulumi from "@pulumi/pulumi";
import type { InterfaceSpec } from "../../../callbacks/instances/eniLifecycleHook/model";
import { describedError } from "../../validation";
import type { InstanceInterface } from "./args";

/** Returns the interfaces in the form that the function reads. */
export function specsOf(
  self: pulumi.Resource,
  interfaces: readonly InstanceInterface[],
): pulumi.Output<InterfaceSpec[]> {
  return pulumi.output(
    interfaces.map(({ subnets, securityGroups, deviceIndex, ...rest }, index) =>
      pulumi
        .all([subnetsByZone(self, `interfaces[${index}].subnets`, subnets), securityGroups])
        .apply(([byZone, groups]): InterfaceSpec => ({
          ...rest,
          deviceIndex: deviceIndex ?? index + 1,
          subnets: byZone,
          securityGroups: groups,
        })),
    ),
  );
}

/** @throws pulumi.ResourceError, when the zones are known, for two subnets of a zone: one would never be used. */
function subnetsByZone(
  self: pulumi.Resource,
  argument: string,
  subnets: InstanceInterface["subnets"],
): pulumi.Output<Record<string, string>> {
  if (!Array.isArray(subnets)) return pulumi.output(subnets);
  return pulumi
    .all(subnets.map(({ availabilityZone, id }) => pulumi.all([availabilityZone, id])))
    .apply((pairs) => {
      const zones = pairs.map(([zone]) => zone);
      const twice = zones.find((zone, index) => zone && zones.indexOf(zone) !== index);
      if (twice === undefined) return Object.fromEntries(pairs);
      const allowed = "give one subnet for each zone; a second interface can be in the other one";
      throw describedError(self, argument, `two subnets in ${twice}`, allowed);
    });
}
