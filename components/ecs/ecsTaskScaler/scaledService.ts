import type { DeploymentControllerType, Service } from "@aws-sdk/client-ecs";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceProblem } from "../../../callbacks/ecs/ecsTaskScaler/readService";
import { argumentError } from "../../validation";
import { clusterNameOf, clusterOf, nameOf } from "../resourceName";
import type { EcsTaskScalerArgs } from "./args";
import { otherScalerProblem, scalableTargets } from "../scaling/otherScaler";

/** The names of the cluster and the service, checked where they are known. */
export interface ScaledService {
  readonly cluster: pulumi.Output<string>;
  readonly service: pulumi.Output<string>;
}

/**
 * Returns the names of the cluster and the service.
 *
 * @throws pulumi.ResourceError, when the values are known, for a service that no scaler can scale, and for one that is
 *   in another cluster, region or account.
 */
export function scaledService(
  self: pulumi.Resource,
  { cluster, service }: Pick<EcsTaskScalerArgs, "cluster" | "service">,
): ScaledService {
  const clusterName = clusterNameOf(self, "cluster", cluster);
  const isResource = aws.ecs.Service.isInstance(service);
  const serviceName = isResource ? service.name : nameInCluster(self, service, clusterName);
  const strategy: pulumi.Output<string | undefined> = isResource
    ? service.schedulingStrategy
    : pulumi.output(undefined);
  const controller: pulumi.Output<string | undefined> = isResource
    ? service.deploymentController.apply((given) => given?.type)
    : pulumi.output(undefined);
  const checked = pulumi
    .all([serviceName, clusterName, strategy, controller, scalableTargets()])
    .apply(([name, inCluster, schedulingStrategy, type, targets]) => {
      const problem = serviceProblem({
        status: "ACTIVE",
        schedulingStrategy: schedulingStrategy as Service["schedulingStrategy"],
        ...(type === undefined
          ? {}
          : { deploymentController: { type: type as DeploymentControllerType } }),
      });
      const message =
        problem === undefined
          ? otherScalerProblem("service", `service/${inCluster}/${name}`, targets)
          : `service: ${name} ${problem}; give a REPLICA service that ECS or CodeDeploy deploys`;
      if (message !== undefined) throw new pulumi.ResourceError(`${message}.`, self, true);
      return name;
    });
  return { cluster: clusterName, service: checked };
}

/** Returns the name of a service, whose ARN may name its cluster: `<name>` in the scaler's cluster is another service. */
function nameInCluster(
  self: pulumi.Resource,
  service: pulumi.Input<string>,
  cluster: pulumi.Output<string>,
): pulumi.Output<string> {
  return pulumi
    .all([service, nameOf(self, "service", service), cluster])
    .apply(([given, name, inCluster]) => {
      const own = clusterOf(given) ?? inCluster;
      if (own === inCluster) return name;
      throw argumentError(
        self,
        "service",
        given,
        `cluster is ${inCluster}: give ${own} as cluster`,
      );
    });
}
