import {
  APIGatewayClient,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-api-gateway";
import { client } from "../../clients";
import { tagChanges } from "../../define";
import type { ProviderContext } from "../../types";

export const GONE = ["NotFoundException"];

export function api(context: ProviderContext): APIGatewayClient {
  return client(APIGatewayClient, context);
}

/** Tags of `/restapis/<id>`, `/apikeys/<id>` and the like. */
export async function setTags(
  path: string,
  olds: Readonly<Record<string, string>> | undefined,
  news: Readonly<Record<string, string>> | undefined,
  context: ProviderContext,
): Promise<void> {
  const { set, remove } = tagChanges(olds, news);
  const resourceArn = `arn:aws:apigateway:${context.aws.region}::${path}`;
  if (Object.keys(set).length > 0)
    await api(context).send(new TagResourceCommand({ resourceArn, tags: set }));
  if (remove.length > 0)
    await api(context).send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
}

/** Returns the parts of an import id such as `restApi/resource`, under the names of their inputs. */
export function idParts(
  id: string,
  ...names: readonly string[]
): Record<string, string> | undefined {
  const parts = id.split("/");
  if (parts.length < names.length) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, parts[index]]));
}
