import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  UpdateClusterCommand,
  type ClusterSetting,
} from "@aws-sdk/client-ecs";
import type { ClusterArgs } from "@pulumi/aws/ecs/cluster";
import { client } from "../../clients";
import { defineResource, ignoreGone, unlessGone, untilUnused, type Args } from "../../define";
import { ecsTagOutputs, ecsTags, setEcsTags } from "./tags";

const GONE = ["ClusterNotFoundException"];
const BUSY = ["ClusterContainsContainerInstancesException"];

export const cluster = defineResource<Args<ClusterArgs>>({
  token: "aws:ecs/cluster:Cluster",
  inputs: ["name", "settings", "tags"],
  computed: ["settings"],
  autoname: { property: "name", maxLength: 255 },
  replaceOn: ["name"],
  async create({ name, settings, tags }, context) {
    const made = await client(ECSClient, context).send(
      new CreateClusterCommand({
        clusterName: name,
        settings: settings as ClusterSetting[] | undefined,
        tags: ecsTags(tags),
      }),
    );
    return made.cluster?.clusterArn ?? "";
  },
  read(id, _inputs, context) {
    return unlessGone(GONE, async () => {
      const include = ["SETTINGS", "TAGS"] as const;
      const { clusters = [] } = await client(ECSClient, context).send(
        new DescribeClustersCommand({ clusters: [id], include: [...include] }),
      );
      const found = clusters.find(({ status }) => status === "ACTIVE");
      if (!found) return undefined;
      return {
        name: found.clusterName,
        arn: found.clusterArn,
        settings: found.settings,
        ...ecsTagOutputs(found.tags),
      };
    });
  },
  async update(id, news, olds, context) {
    const settings = news.settings as ClusterSetting[] | undefined;
    const ecs = client(ECSClient, context);
    if (settings) await ecs.send(new UpdateClusterCommand({ cluster: id, settings }));
    await setEcsTags(id, news.tags, olds.tags, context);
  },
  async delete(id, _state, context) {
    const send = () => client(ECSClient, context).send(new DeleteClusterCommand({ cluster: id }));
    // Instances that are ending are registered for a moment longer; the real provider retries too.
    await ignoreGone(GONE, () => untilUnused(BUSY, send));
  },
});
