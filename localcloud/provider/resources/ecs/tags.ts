import { ECSClient, TagResourceCommand, UntagResourceCommand, type Tag } from "@aws-sdk/client-ecs";
import { client } from "../../clients";
import { tagChanges, tagOutputs } from "../../define";
import type { ProviderContext } from "../../types";

type Tags = Readonly<Record<string, string>>;

export function ecsTags(tags: Tags | undefined): Tag[] | undefined {
  return tags && Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function ecsTagOutputs(tags: readonly Tag[] | undefined): ReturnType<typeof tagOutputs> {
  return tagOutputs((tags ?? []).map(({ key, value }) => ({ Key: key, Value: value })));
}

export async function setEcsTags(
  resourceArn: string,
  news: Tags | undefined,
  olds: Tags | undefined,
  context: ProviderContext,
): Promise<void> {
  const ecs = client(ECSClient, context);
  const { set, remove } = tagChanges(olds, news);
  if (Object.keys(set).length > 0)
    await ecs.send(new TagResourceCommand({ resourceArn, tags: ecsTags(set) }));
  if (remove.length > 0) await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
}
