import type * as Sdk from "@aws-sdk/client-ecs";
import type { CapacityProviderArgs } from "@pulumi/aws/ecs/capacityProvider";
import type { ClusterCapacityProvidersArgs } from "@pulumi/aws/ecs/clusterCapacityProviders";
import type { Args } from "../../define";
import { awsClient } from "../../mapped/resource";
import type { Properties } from "../../types";

const ecs = awsClient(() => require("@aws-sdk/client-ecs") as typeof Sdk);

/** A capacity provider for an Auto Scaling group. Its group cannot change: the update has no member for it. */
export const capacityProvider = ecs.resource<Args<CapacityProviderArgs>>({
  token: "aws:ecs/capacityProvider:CapacityProvider",
  inputs: ["autoScalingGroupProvider", "name", "tags"],
  outputs: ["arn"],
  names: { capacityProviderArn: "arn" },
  computed: [
    "autoScalingGroupProvider.managedDraining",
    "autoScalingGroupProvider.managedScaling",
    "autoScalingGroupProvider.managedTerminationProtection",
  ],
  autoname: { property: "name", maxLength: 255 },
  required: ["autoScalingGroupProvider"],
  replaceOn: ["name", "autoScalingGroupProvider.autoScalingGroupArn"],
  gone: ["ClientException"],
  create: { CreateCapacityProvider: () => ({}) },
  id: (_inputs, { capacityProvider }) =>
    String((capacityProvider as Properties).capacityProviderArn),
  read: { DescribeCapacityProviders: (id) => ({ capacityProviders: [id] }) },
  outputsFrom: ({ capacityProviders }) => first(capacityProviders),
  update: { UpdateCapacityProvider: () => ({}) },
  delete: { DeleteCapacityProvider: (id) => ({ capacityProvider: id }) },
  tags: {
    of: (resourceArn) => ({ resourceArn }),
    tag: "TagResource",
    untag: "UntagResource",
    list: "ListTagsForResource",
  },
});

const NONE = { capacityProviders: [], defaultCapacityProviderStrategy: [] };

/** The capacity providers of one cluster; deleting it removes them from the cluster. */
export const clusterCapacityProviders = ecs.resource<Args<ClusterCapacityProvidersArgs>>({
  token: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  inputs: ["capacityProviders", "clusterName", "defaultCapacityProviderStrategies"],
  names: {
    cluster: "clusterName",
    defaultCapacityProviderStrategy: "defaultCapacityProviderStrategies",
  },
  computed: ["defaultCapacityProviderStrategies"],
  required: ["clusterName"],
  replaceOn: ["clusterName"],
  gone: ["ClusterNotFoundException"],
  busy: ["ResourceInUseException"],
  create: { PutClusterCapacityProviders: withLists },
  id: ({ clusterName }) => clusterName,
  read: { DescribeClusters: (id) => ({ clusters: [id] }) },
  outputsFrom({ clusters }, clusterName) {
    const found = first(clusters);
    return found?.status === "ACTIVE" ? { ...found, clusterName } : undefined;
  },
  update: { PutClusterCapacityProviders: (_id, { news }) => withLists(news) },
  delete: { PutClusterCapacityProviders: (cluster) => ({ cluster, ...NONE }) },
});

/** Adds both lists, which are required even if they are empty. */
function withLists(inputs: Args<ClusterCapacityProvidersArgs>) {
  const {
    clusterName: cluster,
    capacityProviders = [],
    defaultCapacityProviderStrategies,
  } = inputs;
  return {
    cluster,
    capacityProviders,
    defaultCapacityProviderStrategy: defaultCapacityProviderStrategies ?? [],
  };
}

function first(described: unknown): Properties | undefined {
  return (described as readonly Properties[] | undefined)?.[0];
}
