import {
  type LambdaClient,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-lambda";
import { tagChanges } from "../../define";

type Tags = Readonly<Record<string, string>> | undefined;

/** Changes the tags of a function or an event source mapping. */
export async function setLambdaTags(
  Resource: string | undefined,
  news: Tags,
  olds: Tags,
  lambda: LambdaClient,
): Promise<void> {
  const { set, remove } = tagChanges(olds, news);
  if (Object.keys(set).length > 0)
    await lambda.send(new TagResourceCommand({ Resource, Tags: set }));
  if (remove.length > 0) await lambda.send(new UntagResourceCommand({ Resource, TagKeys: remove }));
}
