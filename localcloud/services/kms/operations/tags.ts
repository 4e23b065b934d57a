import type {
  ListResourceTagsCommandInput,
  ListResourceTagsCommandOutput,
  Tag,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-kms";
import { checkLength, checkRange, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import { keyAccess } from "../model/keyAccess";
import { invalidMarker } from "./listKeys";
import { checkNotPendingDeletion, resolveKeyItself } from "../model/resolveKey";
import { checkCustomerManaged } from "../model/customerManaged";
import type { KmsOperation } from "../store";

/** https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
const MAX_TAGS = 50;

export const tagResource: KmsOperation<TagResourceCommandInput, TagResourceCommandOutput> = {
  access: (input, context) =>
    keyAccess("TagResource", input.KeyId, context, requestTagValues(input.Tags)),
  run(input, context) {
    const key = checkCustomerManaged(
      resolveKeyItself(input.KeyId, context.store),
      "TagResource",
      context,
    );
    checkNotPendingDeletion(key);
    const merged = new Map([...key.tags, ...tagMap(required(input.Tags, "tags"))]);
    if (merged.size > MAX_TAGS) throw tooManyTags();
    for (const [name, value] of merged) key.tags.set(name, value);
    return {};
  },
};

export const untagResource: KmsOperation<UntagResourceCommandInput, UntagResourceCommandOutput> = {
  access: (input, context) =>
    keyAccess("UntagResource", input.KeyId, context, { "aws:TagKeys": input.TagKeys ?? [] }),
  run(input, context) {
    const key = checkCustomerManaged(
      resolveKeyItself(input.KeyId, context.store),
      "UntagResource",
      context,
    );
    checkNotPendingDeletion(key);
    for (const name of required(input.TagKeys, "tagKeys")) key.tags.delete(name);
    return {};
  },
};

export const listResourceTags: KmsOperation<
  ListResourceTagsCommandInput,
  ListResourceTagsCommandOutput
> = {
  access: (input, context) => keyAccess("ListResourceTags", input.KeyId, context),
  run(input, context) {
    checkRange(input.Limit, "limit", { min: 1, max: 50 });
    const { items, nextToken } = page(resolveKeyItself(input.KeyId, context.store).tags, {
      key: ([name]) => name,
      size: input.Limit ?? 50,
      token: input.Marker,
      invalidToken: invalidMarker,
    });
    return {
      Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      Truncated: nextToken !== undefined,
      ...(nextToken !== undefined && { NextMarker: nextToken }),
    };
  },
};

/** Converts the tags to a map. @throws TagException for a repeated key or one reserved for AWS */
export function tagMap(tags: readonly Tag[] | undefined): Map<string, string> {
  const map = new Map<string, string>();
  for (const { TagKey, TagValue } of tags ?? []) {
    const name = required(TagKey, "tagKey");
    checkLength(name, "tagKey", { min: 1, max: 128 });
    checkLength(TagValue, "tagValue", { min: 0, max: 256 });
    if (/^aws:/i.test(name))
      throw new AwsError("TagException", `Tag keys beginning with aws: are reserved: ${name}`);
    if (map.has(name)) throw new AwsError("TagException", "Duplicate tag keys");
    map.set(name, TagValue ?? "");
  }
  if (map.size > MAX_TAGS) throw tooManyTags();
  return map;
}

/** Returns `aws:RequestTag/<key>` and `aws:TagKeys` of a request. */
export function requestTagValues(
  tags: readonly Tag[] | undefined,
): Record<string, string | readonly string[]> {
  if (!tags?.length) return {};
  return {
    ...Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${tag.TagKey}`, tag.TagValue ?? ""])),
    "aws:TagKeys": tags.map((tag) => tag.TagKey ?? ""),
  };
}

function tooManyTags(): AwsError {
  return new AwsError("TagException", "Too many tags");
}
