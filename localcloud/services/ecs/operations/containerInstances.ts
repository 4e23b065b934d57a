import type {
  DeregisterContainerInstanceRequest,
  DeregisterContainerInstanceResponse,
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  Failure,
  ListContainerInstancesRequest,
  ListContainerInstancesResponse,
  UpdateContainerInstancesStateRequest,
  UpdateContainerInstancesStateResponse,
} from "@aws-sdk/client-ecs";
import type { AccessCheck, Operation } from "../../../core/service";
import { clusterArn, ecsCheck, inCluster, type EcsContext } from "../model/access";
import { clientError, invalidParameter, refuseUnsupported } from "../model/errors";
import { describeInstance } from "../model/capacity/instanceDescription";
import { listPage } from "../model/listPage";
import type { Cluster, ContainerInstance } from "../model/model";
import { tasksOn } from "../model/capacity/placement";
import { clusterName, ecsArn, lastPart } from "../model/references";
import type { EcsStore } from "../store";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html */
const MAX_DESCRIBED = 100;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html */
const MAX_UPDATED = 10;

export const listContainerInstances: Operation<
  EcsStore,
  ListContainerInstancesRequest,
  ListContainerInstancesResponse
> = {
  access: ({ cluster }, context) => [
    ecsCheck("ListContainerInstances", clusterArn(context, cluster)),
  ],
  run(input, { store }) {
    const isNamed = instanceFilter(input.filter);
    const found = [...store.cluster(input.cluster).instances.values()].filter(
      ({ status, ec2InstanceId }) =>
        (input.status === undefined || status === input.status) && isNamed(ec2InstanceId),
    );
    const { items, nextToken } = listPage(found, input, { key: ({ arn }) => arn });
    return { containerInstanceArns: items.map(({ arn }) => arn), nextToken };
  },
};

/**
 * Parses a filter that names EC2 instances: `ec2InstanceId == i-1`, or `ec2InstanceId in [i-1, i-2]`. Others are refused.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 */
function instanceFilter(filter: string | undefined): (ec2InstanceId: string) => boolean {
  if (!filter) return () => true;
  const list = /^\s*ec2InstanceId\s*(?:==\s*([^[\],]+)|in\s*\[([^[\]]*)\])\s*$/.exec(filter);
  if (!list) refuseUnsupported({ "ListContainerInstances option filter": filter });
  const names = (list?.[1] ?? list?.[2] ?? "").split(",");
  const ids = names.map((name) => name.trim().replace(/^(['"])(.*)\1$/, "$2"));
  return (id) => ids.includes(id);
}

export const describeContainerInstances: Operation<
  EcsStore,
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse
> = {
  access: (input, context) => onInstances("DescribeContainerInstances", input, context),
  run({ cluster: reference, containerInstances: asked = [] }, { store }) {
    const { found, failures } = find(store.cluster(reference), asked, MAX_DESCRIBED, store);
    return { containerInstances: found.map(describeInstance), failures };
  },
};

export const updateContainerInstancesState: Operation<
  EcsStore,
  UpdateContainerInstancesStateRequest,
  UpdateContainerInstancesStateResponse
> = {
  access: (input, context) => onInstances("UpdateContainerInstancesState", input, context),
  async run({ cluster: reference, containerInstances: asked = [], status }, { store }) {
    if (status !== "ACTIVE" && status !== "DRAINING")
      throw invalidParameter("Container instance status should be one of [ACTIVE,DRAINING]");
    const { found, failures } = find(store.cluster(reference), asked, MAX_UPDATED, store);
    for (const instance of found) store.instances.setStatus(instance, status);
    await store.outbox.flush();
    return { containerInstances: found.map(describeInstance), failures };
  },
};

export const deregisterContainerInstance: Operation<
  EcsStore,
  DeregisterContainerInstanceRequest,
  DeregisterContainerInstanceResponse
> = {
  access: ({ cluster }, context) => [
    ecsCheck("DeregisterContainerInstance", clusterArn(context, cluster)),
  ],
  async run({ cluster: reference, containerInstance = "", force }, { store }) {
    const cluster = store.cluster(reference);
    const instance = byReference(cluster, containerInstance);
    if (!instance) throw clientError("Container instance not found.");
    if (!force && tasksOn(cluster, instance.id).length > 0)
      throw invalidParameter("Found running tasks on the instance.");
    store.instances.deregister(instance);
    await store.outbox.flush();
    return { containerInstance: describeInstance(instance) };
  },
};

function onInstances(
  action: string,
  {
    cluster,
    containerInstances = [],
  }: { readonly cluster?: string; readonly containerInstances?: readonly string[] },
  context: EcsContext,
): AccessCheck[] {
  return containerInstances.map((instance) =>
    ecsCheck(
      action,
      ecsArn(context, `container-instance/${clusterName(cluster)}/${lastPart(instance)}`),
      inCluster(context, cluster),
    ),
  );
}

function byReference({ instances }: Cluster, reference: string): ContainerInstance | undefined {
  return instances.get(lastPart(reference));
}

/** @throws InvalidParameterException for no instances, and for too many */
function find(
  cluster: Cluster,
  asked: readonly string[],
  most: number,
  store: EcsStore,
): { readonly found: ContainerInstance[]; readonly failures: Failure[] } {
  if (asked.length === 0) throw invalidParameter("Container instances cannot be empty.");
  if (asked.length > most)
    throw invalidParameter(`Container instances cannot have more than ${most} elements.`);
  return {
    found: asked.flatMap((reference) => byReference(cluster, reference) ?? []),
    failures: asked
      .filter((reference) => !byReference(cluster, reference))
      .map((reference) => ({
        arn: store.arn(`container-instance/${cluster.name}/${lastPart(reference)}`),
        reason: "MISSING",
      })),
  };
}
