import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Where a resource is, as ARNs name it. */
export interface Location {
  readonly partition: pulumi.Output<string>;
  /** What the names of services end in, such as `amazonaws.com`. */
  readonly dnsSuffix: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
}

const known = new WeakMap<object, Location>();

/** Where the provider of a component creates its children; each provider is asked once in a run of a program. */
export function locationOf(parent: pulumi.Resource): Location {
  const provider = parent.getProvider("aws:index/getRegion:getRegion");
  // The monitor lives as long as a run, and so does what the default provider answers.
  const key: object = provider ?? pulumi.runtime.getMonitor() ?? parent;
  const location = known.get(key) ?? ask({ parent });
  known.set(key, location);
  return location;
}

/** Makes ARNs of resources that are where the children of a component are. */
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
