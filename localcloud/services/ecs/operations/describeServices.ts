import type {
  DescribeServicesRequest,
  DescribeServicesResponse,
  ListServicesRequest,
  ListServicesResponse,
} from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { ecsCheck, inCluster, resourceTags, serviceArn } from "../model/access";
import { invalidParameter, refuseUnsupported } from "../model/errors";
import { listPage } from "../model/listPage";
import type { Service } from "../model/model";
import { clusterInArn, clusterName, ecsArn, lastPart, nameInCluster } from "../model/references";
import { describeService } from "../model/services/serviceDescription";
import type { EcsStore } from "../store";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const MAX_DESCRIBED = 10;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html */
const DEFAULT_PAGE = 10;

export const describeServices: Operation<
  EcsStore,
  DescribeServicesRequest,
  DescribeServicesResponse
> = {
  access: ({ cluster, services = [] }, context) =>
    services.map((service) =>
      ecsCheck("DescribeServices", serviceArn(context, cluster, service), {
        ...inCluster(context, cluster),
        ...resourceTags(
          context.store.clusters.get(clusterName(cluster))?.services.get(lastPart(service))?.tags,
        ),
      }),
    ),
  run({ cluster: reference, services = [], include = [] }, { store }) {
    if (services.length === 0) throw invalidParameter("Services cannot be empty.");
    if (services.length > MAX_DESCRIBED)
      throw invalidParameter(`Services cannot have more than ${MAX_DESCRIBED} elements.`);
    const cluster = store.cluster(reference);
    const found = services.map((service) =>
      cluster.services.get(nameInCluster(service, cluster.name, store.scope)),
    );
    return {
      services: found.flatMap((service) =>
        service ? [describeService(service, include, store)] : [],
      ),
      failures: services
        .filter((_service, index) => !found[index])
        .map((service) => ({
          arn: store.arn(`service/${cluster.name}/${lastPart(service)}`),
          reason: "MISSING",
        })),
    };
  },
};

export const listServices: Operation<EcsStore, ListServicesRequest, ListServicesResponse> = {
  access: ({ cluster }, context) => [ecsCheck("ListServices", "*", inCluster(context, cluster))],
  run(input, { store }) {
    refuseUnsupported({ resourceManagementType: input.resourceManagementType });
    const services = [...store.cluster(input.cluster).services.values()].filter(
      ({ status, settings }) =>
        status !== "INACTIVE" &&
        (input.launchType === undefined || input.launchType === settings.launchType) &&
        (input.schedulingStrategy === undefined ||
          input.schedulingStrategy === settings.schedulingStrategy),
    );
    const { items, nextToken } = listPage(services, input, {
      key: ({ arn }) => arn,
      defaultSize: DEFAULT_PAGE,
    });
    return { serviceArns: items.map(({ arn }) => arn), nextToken };
  },
};

/** Returns the service for operations that name it by ARN, or by name within a cluster. */
export function findService(
  store: EcsStore,
  cluster: string | undefined,
  reference: string,
): Service | undefined {
  const name = clusterInArn(reference) ?? clusterName(cluster);
  const service = store.clusters.get(name)?.services.get(lastPart(reference));
  const arn = ecsArn(store.scope, `service/${name}/${lastPart(reference)}`);
  return service?.arn === arn ? service : undefined;
}
