import type * as Sdk from "@aws-sdk/client-ec2";
import { tagChanges, tagList } from "../../define";
import { awsClient } from "../../mapped/resource";
import type { ProviderContext } from "../../types";

/** Calls of EC2; its SDK is loaded for the first one. */
export const ec2 = awsClient(() => require("@aws-sdk/client-ec2") as typeof Sdk);

type Tags = Readonly<Record<string, string>> | undefined;

/** Changes the tags of a resource from `olds` to `news`. */
export async function setTags(
  id: string,
  olds: Tags,
  news: Tags,
  context: ProviderContext,
): Promise<void> {
  const { set, remove } = tagChanges(olds, news);
  const Resources = [id];
  if (remove.length > 0)
    await ec2.send("DeleteTags", { Resources, Tags: remove.map((Key) => ({ Key })) }, context);
  if (Object.keys(set).length > 0)
    await ec2.send("CreateTags", { Resources, Tags: tagList(set) }, context);
}
