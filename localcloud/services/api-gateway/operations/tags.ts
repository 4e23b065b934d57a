import type {
  GetTagsCommandInput,
  GetTagsCommandOutput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, notFound } from "../model/apiErrors";
import { checkCount, checkTags } from "../model/checkTags";
import type { ApiGatewayStore } from "../store";
import { operation, type Output } from "../model/operation";

interface Taggable {
  tags?: Record<string, string> | undefined;
}

const path = ({ resourceArn }: { resourceArn: string | undefined }): string =>
  `/tags/${encodeURIComponent(resourceArn ?? "")}`;

export const tagResource = operation<TagResourceCommandInput, object>(
  "PUT",
  path,
  ({ resourceArn, tags }, { store }) => {
    const resource = taggable(store, resourceArn);
    checkTags(tags);
    const merged = { ...resource.tags, ...tags };
    checkCount(merged);
    resource.tags = merged;
    return {};
  },
);

export const untagResource = operation<UntagResourceCommandInput, object>(
  "DELETE",
  path,
  ({ resourceArn, tagKeys }, { store }) => {
    const resource = taggable(store, resourceArn);
    resource.tags = Object.fromEntries(
      Object.entries(resource.tags ?? {}).filter(([key]) => !tagKeys?.includes(key)),
    );
    return {};
  },
);

export const getTags = operation<GetTagsCommandInput, Output<GetTagsCommandOutput>>(
  "GET",
  path,
  ({ resourceArn }, { store }) => ({ tags: { ...taggable(store, resourceArn).tags } }),
);

/** `arn:aws:apigateway:<region>::/restapis/<id>[/stages/<name>]`, `/apikeys/<id>` or `/usageplans/<id>` */
function taggable(store: ApiGatewayStore, arn: string | undefined): Taggable {
  const match =
    /^arn:[a-z-]+:apigateway:[a-z0-9-]*::\/(restapis|apikeys|usageplans)\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(
      arn ?? "",
    );
  if (!match) throw badRequest("Invalid ARN specified in the request");
  const [, kind, id, stageName] = match;
  const found =
    kind === "apikeys"
      ? store.apiKeys.get(id)
      : kind === "usageplans"
        ? store.usagePlans.get(id)?.settings
        : stageName === undefined
          ? store.apis.get(id)?.settings
          : store.apis.get(id)?.stages.get(stageName);
  if (!found) throw notFound("Invalid resource ARN specified");
  return found;
}
