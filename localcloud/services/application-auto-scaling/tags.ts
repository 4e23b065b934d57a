import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-application-auto-scaling";
import { required } from "../../core/constraint";
import { AwsError } from "../../core/errors";
import { arnAccess, requestTags } from "./access";
import type { ApplicationAutoScalingStore, ScalingOperation, Target } from "./store";
import { invalid } from "./targetName";

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html */
const MAX_TAGS = 50;

export const tagResource: ScalingOperation<TagResourceCommandInput, TagResourceCommandOutput> = {
  access: (input, context) => [
    arnAccess("TagResource", input.ResourceARN, context, requestTags(input.Tags)),
  ],
  run(input, { store }) {
    const target = taggedTarget(input.ResourceARN, store);
    const tags = checkTags(required(input.Tags, "tags"), target.arn);
    const merged = new Map([...target.tags, ...tags]);
    if (merged.size > MAX_TAGS) throw tooMany(target.arn);
    for (const [key, value] of tags) target.tags.set(key, value);
    return {};
  },
};

export const untagResource: ScalingOperation<
  UntagResourceCommandInput,
  UntagResourceCommandOutput
> = {
  access: (input, context) => [
    arnAccess("UntagResource", input.ResourceARN, context, { "aws:TagKeys": input.TagKeys ?? [] }),
  ],
  run(input, { store }) {
    const { tags } = taggedTarget(input.ResourceARN, store);
    for (const key of required(input.TagKeys, "tagKeys")) tags.delete(key);
    return {};
  },
};

export const listTagsForResource: ScalingOperation<
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput
> = {
  access: (input, context) => [arnAccess("ListTagsForResource", input.ResourceARN, context)],
  run: (input, { store }) => ({
    Tags: Object.fromEntries(taggedTarget(input.ResourceARN, store).tags),
  }),
};

/** @throws ValidationException, TooManyTagsException */
export function checkTags(
  tags: Readonly<Record<string, string>> | undefined,
  resource: string,
): Map<string, string> {
  const entries = Object.entries(tags ?? {});
  for (const [key] of entries)
    if (/^aws:/i.test(key)) throw invalid(`Tag keys beginning with aws: are reserved: ${key}`);
  if (entries.length > MAX_TAGS) throw tooMany(resource);
  return new Map(entries);
}

function taggedTarget(arn: string | undefined, store: ApplicationAutoScalingStore): Target {
  const given = required(arn, "resourceARN");
  const target = [...store.targets.values()].find((one) => one.arn === given);
  if (target) return target;
  throw new AwsError("ResourceNotFoundException", `The resource ${given} does not exist.`, {
    fields: { ResourceName: given },
  });
}

function tooMany(resource: string): AwsError {
  return new AwsError("TooManyTagsException", `A resource can have at most ${MAX_TAGS} tags.`, {
    fields: { ResourceName: resource },
  });
}
