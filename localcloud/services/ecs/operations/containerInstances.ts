import type {
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  ListContainerInstancesRequest,
  ListContainerInstancesResponse,
} from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { clusterArn, ecsCheck, inCluster } from "../model/access";
import { invalidParameter } from "../model/errors";
import { clusterName, ecsArn, lastPart } from "../model/references";
import type { EcsStore } from "../store";

/** No instance registers itself here: capacity is a number (`EcsStore.setCapacity`). */
export const listContainerInstances: Operation<
  EcsStore,
  ListContainerInstancesRequest,
  ListContainerInstancesResponse
> = {
  access: ({ cluster }, context) => [
    ecsCheck("ListContainerInstances", clusterArn(context, cluster)),
  ],
  run({ cluster }, { store }) {
    store.cluster(cluster);
    return { containerInstanceArns: [] };
  },
};

export const describeContainerInstances: Operation<
  EcsStore,
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse
> = {
  access: ({ cluster, containerInstances = [] }, context) =>
    containerInstances.map((instance) =>
      ecsCheck(
        "DescribeContainerInstances",
        ecsArn(context, `container-instance/${clusterName(cluster)}/${lastPart(instance)}`),
        inCluster(context, cluster),
      ),
    ),
  run({ cluster, containerInstances = [] }, { store }) {
    const { name } = store.cluster(cluster);
    if (containerInstances.length === 0)
      throw invalidParameter("Container instances cannot be empty.");
    return {
      containerInstances: [],
      failures: containerInstances.map((instance) => ({
        arn: store.arn(`container-instance/${name}/${lastPart(instance)}`),
        reason: "MISSING",
      })),
    };
  },
};
