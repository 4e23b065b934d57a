import type { InputOf } from "../../../entities/api";
import type { Tags } from "../../../entities/tags";
import { api, type Sdk } from "../api";
import { invalidArgument } from "../errors";
import { notify } from "../notifications/notify";
import type { Bucket, StoredObject } from "../store";
import { checkedTags, type Tag } from "../tags";
import { bucketOf, onObject, type Context } from "./access";
import { markerNotAllowed, objectOf } from "./find";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAGS = 10;

/** Parses the tags of the `x-amz-tagging` header: `a=1&b=2`. */
export function parseTagging(text: string | undefined): Tags {
  const list = [...new URLSearchParams(text ?? "")].map(([Key, Value]) => ({ Key, Value }));
  if (new Set(list.map(({ Key }) => Key)).size < list.length)
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      { ArgumentName: "x-amz-tagging", ArgumentValue: text },
    );
  return tagsOf(list);
}

function tagsOf(list: readonly Tag[]): Tags {
  if (list.length > MAX_TAGS) throw api.errors.tooManyTags("");
  return checkedTags(list, "Your TagKey cannot be prefixed with aws:");
}

const versioned = (action: string, versionId: string | undefined): string =>
  versionId === undefined ? action : action.replace("Object", "ObjectVersion");

/** Returns the object. A delete marker has no tags, also if it is the newest version of a key. */
function taggable(
  bucket: Bucket,
  input: { readonly Key: string; readonly VersionId?: string },
  method: "GET" | "PUT" | "DELETE",
): StoredObject {
  if (bucket.objects.find(input.Key, input.VersionId)?.deleteMarker) throw markerNotAllowed(method);
  return objectOf(bucket, input, method);
}

export const getObjectTagging = {
  access: (input: InputOf<Sdk, "GetObjectTagging">, context: Context) => [
    onObject(versioned("GetObjectTagging", input.VersionId), input, context),
  ],
  run(input: InputOf<Sdk, "GetObjectTagging">, context: Context) {
    const { tags, versionId } = taggable(bucketOf(input, context), input, "GET");
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
    const object = { ...taggable(bucket, input, "PUT"), tags: tagsOf(input.Tagging.TagSet) };
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
    const object = { ...taggable(bucket, input, "DELETE"), tags: new Map<string, string>() };
    bucket.objects.replace(input.Key, object);
    await notify(bucket, { name: "ObjectTagging:Delete", key: input.Key, object }, context);
  },
};
