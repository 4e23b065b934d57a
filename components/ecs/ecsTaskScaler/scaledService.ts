import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceProblem } from "../../../callbacks/ecs/ecsTaskScaler/readService";
import type { EcsTaskScalerArgs } from "./ecsTaskScalerArgs";
import { otherScalerProblem, scalableTargets } from "./otherScaler";

/** Which service is scaled, by names that were checked as far as they are known. */
export interface ScaledService {
  readonly cluster: pulumi.Output<string>;
  readonly service: pulumi.Output<string>;
}

/**
 * The names of cluster and service.
 *
 * @throws pulumi.ResourceError, when the values are known, for a service that no scaler can scale.
 */
export function scaledService(
  self: pulumi.Resource,
  { cluster, service }: Pick<EcsTaskScalerArgs, "cluster" | "service">,
): ScaledService {
  const clusterName = nameOf(aws.ecs.Cluster.isInstance(cluster) ? cluster.name : cluster);
  const isResource = aws.ecs.Service.isInstance(service);
  const serviceName = nameOf(isResource ? service.name : service);
  const strategy = isResource ? service.schedulingStrategy : pulumi.output(undefined);
  const controller = isResource ? service.deploymentController : pulumi.output(undefined);
  const targets = pulumi.output(scalableTargets());
  const checked = pulumi
    .all({ name: serviceName, inCluster: clusterName, strategy, controller, targets })
    .apply(({ name, inCluster, ...found }) => {
      const type = found.controller?.type as "ECS" | "CODE_DEPLOY" | "EXTERNAL" | undefined;
      const problem = serviceProblem({
        status: "ACTIVE",
        schedulingStrategy: found.strategy as "REPLICA" | "DAEMON" | undefined,
        ...(type === undefined ? {} : { deploymentController: { type } }),
      });
      const message =
        problem === undefined
          ? otherScalerProblem(found.targets, inCluster, name)
          : `service: ${name} ${problem}; give a REPLICA service that ECS or CodeDeploy deploys`;
      if (message !== undefined) throw new pulumi.ResourceError(`${message}.`, self, true);
      return name;
    });
  return { cluster: clusterName, service: checked };
}

/** `arn:aws:ecs:...:service/demo/web` -> `web` */
function nameOf(nameOrArn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(nameOrArn).apply((text) => text.split("/").at(-1) ?? text);
}
