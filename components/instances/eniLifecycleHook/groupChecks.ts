import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { InterfaceSpec } from "../../../callbacks/instances/eniLifecycleHook/model";
import type { GroupFacts } from "../lifecycleHooks/args";
import { waitProblem } from "../lifecycleHooks/groupProblem";
import { checkTypes, checkZones } from "./checks";

/** @throws pulumi.ResourceError, as early as the checked values are known */
export function checkGroup(
  self: pulumi.Resource,
  facts: GroupFacts,
  {
    count,
    specs,
    heartbeatTimeout,
  }: {
    /** Additional interfaces of each instance. */
    readonly count: number;
    readonly specs: pulumi.Output<InterfaceSpec[]>;
    readonly heartbeatTimeout: number;
  },
): pulumi.Output<unknown> {
  const { availabilityZones, mixedInstancesPolicy, waitForCapacityTimeout } = facts;
  const zones = pulumi.all([specs, availabilityZones]).apply(([known, given]) => {
    checkZones(self, known, given);
  });
  const wait = pulumi.output(waitForCapacityTimeout).apply((given) => {
    const problem = waitProblem(given, heartbeatTimeout);
    if (problem !== undefined) throw new pulumi.ResourceError(problem, self, true);
  });
  const types = pulumi
    .output(mixedInstancesPolicy)
    .apply((policy) =>
      (policy?.launchTemplate?.overrides ?? []).flatMap(({ instanceType }) => instanceType ?? []),
    )
    .apply((named) => checkTypes(self, named, count));
  return pulumi.all([zones, wait, types]);
}

/** Returns the properties of a group of the program that are checked. */
export function factsOf(group: aws.autoscaling.Group): GroupFacts {
  const { availabilityZones, waitForCapacityTimeout, mixedInstancesPolicy } = group;
  return { availabilityZones, waitForCapacityTimeout, mixedInstancesPolicy };
}
