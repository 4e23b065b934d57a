import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-ecs";
import { parseArn } from "../../../core/arn";
import type { Operation } from "../../../core/service";
import { ecsCheck, requestTags, resourceTags, type EcsContext } from "../model/access";
import { clusterNotFound, invalidParameter, serviceNotFound } from "../model/errors";
import { tagList, type Tags } from "../model/model";
import { clusterInArn, lastPart } from "../model/references";
import type { EcsStore } from "../store";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html */
const MAX_TAGS = 50;

export const tagResource: Operation<EcsStore, TagResourceRequest, object> = {
  access: (input, context) => [
    ecsCheck("TagResource", input.resourceArn ?? "*", {
      ...resourceTags(findTags(input.resourceArn ?? "", context)),
      ...requestTags(input.tags),
    }),
  ],
  run({ resourceArn, tags }, context) {
    const target = taggedResource(resourceArn, context);
    const added = checkTags(tags);
    if (new Set([...target.keys(), ...added.keys()]).size > MAX_TAGS) throw tooManyTags();
    for (const [key, value] of added) target.set(key, value);
    return {};
  },
};

export const untagResource: Operation<EcsStore, UntagResourceRequest, object> = {
  access: (input, context) => [
    ecsCheck("UntagResource", input.resourceArn ?? "*", {
      ...resourceTags(findTags(input.resourceArn ?? "", context)),
      "aws:TagKeys": input.tagKeys ?? [],
    }),
  ],
  run({ resourceArn, tagKeys }, context) {
    const target = taggedResource(resourceArn, context);
    for (const key of tagKeys ?? []) target.delete(key);
    return {};
  },
};

export const listTagsForResource: Operation<
  EcsStore,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
> = {
  access: (input, context) => [
    ecsCheck(
      "ListTagsForResource",
      input.resourceArn ?? "*",
      resourceTags(findTags(input.resourceArn ?? "", context)),
    ),
  ],
  run: ({ resourceArn }, context) => ({ tags: tagList(taggedResource(resourceArn, context)) }),
};

/** Converts the tags to a map. @throws InvalidParameterException */
export function checkTags(tags: readonly Tag[] | undefined): Tags {
  const map: Tags = new Map();
  for (const { key = "", value = "" } of tags ?? []) {
    if (key.length < 1 || key.length > 128)
      throw invalidParameter("Tag key length must be between 1 and 128.");
    if (value.length > 256) throw invalidParameter("Tag value length must be at most 256.");
    if (/^aws:/i.test(key))
      throw invalidParameter("Tag keys that start with aws: are reserved for AWS use.");
    if (map.has(key)) throw invalidParameter(`Duplicate tag key: ${key}.`);
    map.set(key, value);
  }
  if (map.size > MAX_TAGS) throw tooManyTags();
  return map;
}

function tooManyTags(): Error {
  return invalidParameter(`A resource can have at most ${MAX_TAGS} tags.`);
}

function taggedResource(arn: string | undefined, context: EcsContext): Tags {
  const resource = parseArn(arn ?? "")?.resource;
  if (resource === undefined || parseArn(arn ?? "")?.service !== "ecs")
    throw invalidParameter("Invalid resource ARN format. The ARN must be of an ECS resource.");
  const tags = findTags(arn ?? "", context);
  if (tags) return tags;
  if (resource.startsWith("cluster/")) throw clusterNotFound();
  if (resource.startsWith("service/")) throw serviceNotFound();
  throw invalidParameter("The specified resource is not found. Specify a valid ARN and try again.");
}

function findTags(arn: string, { store }: EcsContext): Tags | undefined {
  const resource = parseArn(arn)?.resource ?? "";
  const cluster = store.clusters.get(clusterInArn(arn) ?? "");
  switch (resource.split("/")[0]) {
    case "capacity-provider":
      return store.capacityProviders.get(lastPart(arn))?.tags;
    case "cluster":
      return store.clusters.get(lastPart(arn))?.tags;
    case "service":
      return cluster?.services.get(lastPart(arn))?.tags;
    case "task":
      return cluster?.tasks.get(lastPart(arn))?.tags;
    case "task-definition":
      return store.taskDefinition(arn)?.tags;
    default:
      return undefined;
  }
}
