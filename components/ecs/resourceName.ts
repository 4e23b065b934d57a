import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../location";
import { argumentError } from "../validation";

/**
 * Returns the name in the ARN of a cluster or service, `arn:aws:ecs:<region>:<account>:cluster/demo` -> `demo`; a name
 * stays unchanged.
 *
 * @throws pulumi.ResourceError for an ARN of another region or account. Its name alone could select another cluster
 *   here; ECS answers `Invalid Region in ARN`: https://github.com/aws/aws-cli/issues/3175
 */
export function nameOf(
  self: pulumi.Resource,
  argument: string,
  nameOrArn: pulumi.Input<string>,
): pulumi.Output<string> {
  if (typeof nameOrArn === "string" && !isArn(nameOrArn)) return pulumi.output(nameOrArn);
  const { region, accountId } = locationOf(self);
  return pulumi.all([nameOrArn, region, accountId]).apply(([text, ...here]) => {
    if (!isArn(text)) return text;
    const [, , , ...place] = text.split(":");
    const elsewhere = here.some((part, i) => part !== place[i]);
    if (elsewhere) throw argumentError(self, argument, text, elsewhereText(here));
    return text.split("/").at(-1) ?? text;
  });
}

/** Returns the name of a cluster that is given as a resource, a name or an ARN. @throws like nameOf */
export function clusterNameOf(
  self: pulumi.Resource,
  argument: string,
  cluster: aws.ecs.Cluster | pulumi.Input<string>,
): pulumi.Output<string> {
  return nameOf(self, argument, aws.ecs.Cluster.isInstance(cluster) ? cluster.name : cluster);
}

/** `arn:aws:ecs:<region>:<account>:service/demo/web` -> `demo`; undefined for a name, and for an old, short ARN. */
export function clusterOf(nameOrArn: string): string | undefined {
  const [, cluster, service] = isArn(nameOrArn) ? nameOrArn.split("/") : [];
  return service === undefined ? undefined : cluster;
}

function isArn(text: string): boolean {
  return text.startsWith("arn:");
}

function elsewhereText([region, account]: readonly string[]): string {
  return (
    `the component acts in ${region} and account ${account}: give an ARN from there, or create the component with ` +
    "an aws.Provider of the other region and account"
  );
}
