import type { InputOf } from "../../../entities/api";
import type { Tags } from "../../../entities/tags";
import { api, type Sdk } from "../api";
import { invalidArgument } from "../errors";
import { notify } from "../notifications/notify";
import { bucketOf, onObject, type Context } from "./access";
import { objectOf } from "./find";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAGS = 10;

/** Parses the tags of the `x-amz-tagging` header: `a=1&b=2`. */
export function parseTagging(text: string | undefined): Tags {
  return tagsOf([...new URLSearchParams(text ?? "")].map(([Key, Value]) => ({ Key, Value })));
}

function tagsOf(list: readonly { readonly Key: string; readonly Value: string }[]): Tags {
  const tags: Tags = new Map(list.map(({ Key, Value }) => [Key, Value]));
  if (tags.size < list.length)
    throw invalidArgument("Cannot provide multiple Tags with the same key");
  if (tags.size > MAX_TAGS) throw api.errors.tooManyTags("");
  for (const key of tags.keys()) if (/^aws:/i.test(key)) throw api.errors.reservedTag(key);
  return tags;
}

const versioned = (action: string, versionId: string | undefined): string =>
  versionId === undefined ? action : action.replace("Object", "ObjectVersion");

export const getObjectTagging = {
  access: (input: InputOf<Sdk, "GetObjectTagging">, context: Context) => [
    onObject(versioned("GetObjectTagging", input.VersionId), input, context),
  ],
  run(input: InputOf<Sdk, "GetObjectTagging">, context: Context) {
    const { tags, versionId } = objectOf(bucketOf(input, context), input);
    const TagSet = [...tags].map(([Key, Value]) => ({ Key, Value }));
    return { TagSet, ...(versionId !== "null" && { VersionId: versionId }) };
  },
};

export const putObjectTagging = {
  access: (input: InputOf<Sdk, "PutObjectTagging">, context: Context) => [
    onObject(versioned("PutObjectTagging", input.VersionId), input, context),
  ],
  async run(input: InputOf<Sdk, "PutObjectTagging">, context: Context) {
    const bucket = bucketOf(input, context);
    const object = { ...objectOf(bucket, input), tags: tagsOf(input.Tagging.TagSet) };
    bucket.objects.replace(input.Key, object);
    await notify(bucket, { name: "ObjectTagging:Put", key: input.Key, object }, context);
  },
};

export const deleteObjectTagging = {
  access: (input: InputOf<Sdk, "DeleteObjectTagging">, context: Context) => [
    onObject(versioned("DeleteObjectTagging", input.VersionId), input, context),
  ],
  async run(input: InputOf<Sdk, "DeleteObjectTagging">, context: Context) {
    const bucket = bucketOf(input, context);
    const object = { ...objectOf(bucket, input), tags: new Map<string, string>() };
    bucket.objects.replace(input.Key, object);
    await notify(bucket, { name: "ObjectTagging:Delete", key: input.Key, object }, context);
  },
};
