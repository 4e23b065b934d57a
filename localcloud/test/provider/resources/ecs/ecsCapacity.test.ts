import {
  ECSClient,
  PutClusterCapacityProvidersCommand,
  TagResourceCommand,
  UpdateCapacityProviderCommand,
} from "@aws-sdk/client-ecs";
import { client } from "../../../../provider/clients";
import { describeLifecycle, type ProviderBench } from "../../../support/resourceLifecycle";

/** Creates the group `nodes` without instances. */
async function makeGroup(bench: ProviderBench): Promise<void> {
  const template = { imageId: "ami-0123456789abcdef0", name: "node" };
  await bench.make("aws:ec2/launchTemplate:LaunchTemplate", template);
  await bench.make("aws:autoscaling/group:Group", {
    minSize: 0,
    maxSize: 3,
    name: "nodes",
    availabilityZones: ["eu-central-1a"],
    launchTemplate: { name: "node" },
  });
}

const OF_NODES = { autoScalingGroupArn: "nodes" };

describeLifecycle({
  type: "aws:ecs/capacityProvider:CapacityProvider",
  async inputs(bench) {
    await makeGroup(bench);
    const managedScaling = { status: "ENABLED", targetCapacity: 90 };
    return {
      autoScalingGroupProvider: { ...OF_NODES, managedScaling },
      tags: { team: "blue" },
    };
  },
  updates: [
    {
      autoScalingGroupProvider: {
        ...OF_NODES,
        managedScaling: { status: "DISABLED", targetCapacity: 80 },
      },
    },
    {
      autoScalingGroupProvider: {
        ...OF_NODES,
        managedDraining: "DISABLED",
        managedScaling: { status: "DISABLED" },
      },
    },
    { tags: { team: "red", cost: "7" } },
    { tags: undefined },
  ],
  replaces: [{ name: "other" }, { autoScalingGroupProvider: { autoScalingGroupArn: "other" } }],
  drift: {
    async make({ context }, { id }) {
      const ecs = client(ECSClient, context);
      const managedScaling = { status: "ENABLED" as const };
      await ecs.send(
        new UpdateCapacityProviderCommand({
          name: id.split("/").at(-1),
          autoScalingGroupProvider: { managedScaling },
        }),
      );
      await ecs.send(
        new TagResourceCommand({ resourceArn: id, tags: [{ key: "theirs", value: "1" }] }),
      );
    },
    expected: ["autoScalingGroupProvider.managedScaling.status", "tags"],
  },
});

describeLifecycle({
  type: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  async inputs(bench) {
    const cluster = await bench.make("aws:ecs/cluster:Cluster", { name: "demo" });
    await makeGroup(bench);
    const provider = { name: "nodes", autoScalingGroupProvider: OF_NODES };
    await bench.make("aws:ecs/capacityProvider:CapacityProvider", provider);
    return { clusterName: cluster.outputs.name, capacityProviders: ["nodes"] };
  },
  updates: [
    { defaultCapacityProviderStrategies: [{ capacityProvider: "nodes", weight: 2, base: 1 }] },
    {
      capacityProviders: ["FARGATE", "nodes"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
    },
  ],
  replaces: [{ clusterName: "other" }],
  drift: {
    make: ({ context }, { id }) =>
      client(ECSClient, context).send(
        new PutClusterCapacityProvidersCommand({
          cluster: id,
          capacityProviders: [],
          defaultCapacityProviderStrategy: [],
        }),
      ),
    expected: ["capacityProviders", "defaultCapacityProviderStrategies"],
  },
  permanent: true,
});
