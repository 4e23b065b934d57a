import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Account, region and partition of a resource, for ARNs. */
export interface Location {
  readonly partition: pulumi.Output<string>;
  /** Suffix of service names, such as `amazonaws.com`. */
  readonly dnsSuffix: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
}

const known = new WeakMap<object, Location>();

/** Returns the location where a component's provider creates its children; each provider is asked once per run. */
export function locationOf(parent: pulumi.Resource): Location {
  const provider = parent.getProvider("aws:index/getRegion:getRegion");
  // The monitor lives as long as one run, and so does the default provider's answer.
  const key: object = provider ?? pulumi.runtime.getMonitor() ?? parent;
  const location = known.get(key) ?? ask({ parent });
  known.set(key, location);
  return location;
}

/** Returns a function for ARNs in the location of a component's children. */
export function arnsBeside(
  parent: pulumi.Resource,
): (service: string, resource: pulumi.Input<string>) => pulumi.Output<string> {
  const { accountId, partition, region } = locationOf(parent);
  return (service, resource) =>
    pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

function ask(opts: pulumi.InvokeOptions): Location {
  const { partition, dnsSuffix } = aws.getPartitionOutput({}, opts);
  return {
    partition,
    dnsSuffix,
    region: aws.getRegionOutput({}, opts).region,
    accountId: aws.getCallerIdentityOutput({}, opts).accountId,
  };
}
