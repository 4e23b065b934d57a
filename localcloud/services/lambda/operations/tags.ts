import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-lambda";
import type { Operation } from "../../../core/service";
import { invalidParameter, notFound } from "../model/errors";
import type { Tagged } from "../model/model";
import { findFunction, type LambdaContext } from "../model/resolve";
import type { LambdaStore } from "../store";

const MAX_TAGS = 50;

export const tagResource: Operation<LambdaStore, TagResourceRequest, object> = {
  access: (input) => [{ action: "lambda:TagResource", resource: input.Resource ?? "*" }],
  run(input, context) {
    const target = findTagged(input.Resource, context);
    const tags = { ...target.tags, ...input.Tags };
    checkTags(tags);
    target.tags = tags;
    return {};
  },
};

export const untagResource: Operation<LambdaStore, UntagResourceRequest, object> = {
  access: (input) => [{ action: "lambda:UntagResource", resource: input.Resource ?? "*" }],
  run(input, context) {
    const target = findTagged(input.Resource, context);
    for (const key of input.TagKeys ?? []) delete target.tags[key];
    return {};
  },
};

export const listTags: Operation<LambdaStore, ListTagsRequest, ListTagsResponse> = {
  access: (input) => [{ action: "lambda:ListTags", resource: input.Resource ?? "*" }],
  run(input, context) {
    return { Tags: { ...findTagged(input.Resource, context).tags } };
  },
};

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS)
    throw invalidParameter("Number of tags exceeds resource tag limit.");
  for (const [key, value] of entries) {
    if (key.toLowerCase().startsWith("aws:"))
      throw invalidParameter("Tag keys starting with 'aws:' are reserved.");
    if (key === "" || key.length > 128 || value.length > 256)
      throw invalidParameter(
        `The tag '${key}' is too long or empty: keys have 1-128, values 0-256 characters.`,
      );
  }
}

/** Returns the function or event source mapping with this ARN. */
function findTagged(arn: string | undefined, context: LambdaContext): Tagged {
  const [, uuid] = arn?.split(":event-source-mapping:") ?? [];
  if (uuid !== undefined) {
    const mapping = context.store.mappings.get(uuid);
    if (!mapping) throw notFound("The resource you requested does not exist.");
    return mapping.tagged;
  }
  const { target, qualifier } = findFunction({ FunctionName: arn }, context);
  if (qualifier !== undefined)
    throw invalidParameter(
      "Tags on function aliases and versions are not supported. Please specify a function ARN.",
    );
  return target;
}
