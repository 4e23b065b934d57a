import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  ListTagsLogGroupCommandInput,
  ListTagsLogGroupCommandOutput,
  TagLogGroupCommandInput,
  TagLogGroupCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagLogGroupCommandInput,
  UntagLogGroupCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { groupAccess, requestTagValues, tagAccess } from "../model/logAccess";
import { getGroup, INVALID } from "../model/lookup";
import type { LogsOperation } from "../store";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
const MAX_TAGS = 50;

export const tagResource: LogsOperation<TagResourceCommandInput, TagResourceCommandOutput> = {
  access: (input, context) =>
    tagAccess("TagResource", input.resourceArn, context, requestTagValues(input.tags)),
  run(input, { store }) {
    const group = getGroup(byArn(input.resourceArn), store);
    setTags(group.tags, required(input.tags, "tags", INVALID));
    return {};
  },
};

export const untagResource: LogsOperation<UntagResourceCommandInput, UntagResourceCommandOutput> = {
  access: (input, context) =>
    tagAccess("UntagResource", input.resourceArn, context, { "aws:TagKeys": input.tagKeys ?? [] }),
  run(input, { store }) {
    const group = getGroup(byArn(input.resourceArn), store);
    for (const key of required(input.tagKeys, "tagKeys", INVALID)) group.tags.delete(key);
    return {};
  },
};

export const listTagsForResource: LogsOperation<
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput
> = {
  access: (input, context) => tagAccess("ListTagsForResource", input.resourceArn, context),
  run: (input, { store }) => ({
    tags: Object.fromEntries(getGroup(byArn(input.resourceArn), store).tags),
  }),
};

export const tagLogGroup: LogsOperation<TagLogGroupCommandInput, TagLogGroupCommandOutput> = {
  access: (input, context) =>
    groupAccess("TagLogGroup", input, context, requestTagValues(input.tags)),
  run(input, { store }) {
    setTags(getGroup(input, store).tags, required(input.tags, "tags", INVALID));
    return {};
  },
};

export const untagLogGroup: LogsOperation<UntagLogGroupCommandInput, UntagLogGroupCommandOutput> = {
  access: (input, context) => groupAccess("UntagLogGroup", input, context),
  run(input, { store }) {
    const { tags } = getGroup(input, store);
    for (const key of required(input.tags, "tags", INVALID)) tags.delete(key);
    return {};
  },
};

export const listTagsLogGroup: LogsOperation<
  ListTagsLogGroupCommandInput,
  ListTagsLogGroupCommandOutput
> = {
  access: (input, context) => groupAccess("ListTagsLogGroup", input, context),
  run: (input, { store }) => ({ tags: Object.fromEntries(getGroup(input, store).tags) }),
};

/** Returns the tags if they and the existing ones are within the limits. */
export function checkTags(
  tags: Readonly<Record<string, string>>,
  present: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(tags)) {
    checkLength(key, "tags", { min: 1, max: 128 }, INVALID);
    checkLength(value, "tags", { min: 0, max: 256 }, INVALID);
    if (/^aws:/i.test(key))
      throw new AwsError(INVALID, `Tag keys beginning with aws: are reserved: ${key}`);
  }
  if (new Set([...present.keys(), ...Object.keys(tags)]).size > MAX_TAGS)
    throw new AwsError("TooManyTagsException", "A resource can have at most 50 tags.");
  return tags;
}

function setTags(present: Map<string, string>, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(checkTags(tags, present))) present.set(key, value);
}

function byArn(resourceArn: string | undefined): { logGroupIdentifier: string } {
  return { logGroupIdentifier: required(resourceArn, "resourceArn", INVALID) };
}
