import type { BucketObjectArgs } from "@pulumi/aws/s3/bucketObject";
import { defineResource, ignoreGone, tagOutputs, unlessGone, type Args } from "../../define";
import type { ProviderContext, ResourceType } from "../../types";
import { contents, zipArchive } from "../../zip";
import { NO_BUCKET, s3 } from "./client";

type Inputs = Args<BucketObjectArgs>;

const GONE = ["NotFound", "NoSuchKey", NO_BUCKET];

/** Both types are the same on AWS; the older one has the same arguments. */
const object = (token: string): ResourceType =>
  defineResource<Inputs>({
    token,
    inputs: [
      "bucket",
      "cacheControl",
      "content",
      "contentBase64",
      "contentDisposition",
      "contentEncoding",
      "contentLanguage",
      "contentType",
      "forceDestroy",
      "key",
      "kmsKeyId",
      "metadata",
      "serverSideEncryption",
      "source",
      "sourceHash",
      "storageClass",
      "tags",
      "websiteRedirect",
    ],
    computed: ["contentType", "serverSideEncryption", "storageClass", "kmsKeyId"],
    volatileOutputs: ["etag", "versionId"],
    autoname: { property: "key", maxLength: 1024 },
    required: ["bucket"],
    defaults: { forceDestroy: false },
    replaceOn: ["bucket", "key"],
    async create(inputs, context) {
      await put(inputs, context);
      return `${String(inputs.bucket)}/${inputs.key}`;
    },
    importKey(id) {
      const [bucket, ...key] = id.replace(/^s3:\/\//, "").split("/");
      return { bucket, key: key.join("/") };
    },
    read: (id, _inputs, context) =>
      unlessGone(GONE, async () => {
        const at = wireKey(id);
        const found = await s3.send("HeadObject", at, context);
        const { TagSet } = await s3.send("GetObjectTagging", at, context);
        return {
          arn: `arn:aws:s3:::${id}`,
          bucket: at.Bucket,
          key: at.Key,
          etag: found.ETag?.replaceAll('"', ""),
          versionId: found.VersionId,
          cacheControl: found.CacheControl,
          contentDisposition: found.ContentDisposition,
          contentEncoding: found.ContentEncoding,
          contentLanguage: found.ContentLanguage,
          contentType: found.ContentType,
          metadata: Object.keys(found.Metadata ?? {}).length > 0 ? found.Metadata : undefined,
          serverSideEncryption: found.ServerSideEncryption,
          kmsKeyId: found.SSEKMSKeyId,
          storageClass: found.StorageClass ?? "STANDARD",
          websiteRedirect: found.WebsiteRedirectLocation,
          ...tagOutputs(TagSet),
        };
      }),
    update: (_id, news, _olds, context) => put(news, context),
    // Deletes all versions, if there are any: `forceDestroy` only affects locked ones.
    // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/s3/object.go
    async delete(id, _inputs, context) {
      const at = wireKey(id);
      await ignoreGone(GONE, async () => {
        await s3.send("DeleteObject", at, context);
        await removeVersions(at, context);
      });
    },
  });

export const S3_OBJECTS: readonly ResourceType[] = [
  object("aws:s3/bucketObjectv2:BucketObjectv2"),
  object("aws:s3/bucketObject:BucketObject"),
];

async function put(inputs: Inputs, context: ProviderContext): Promise<void> {
  const tags = new URLSearchParams(inputs.tags).toString();
  await s3.send(
    "PutObject",
    {
      Bucket: String(inputs.bucket),
      Key: inputs.key,
      Body: bodyOf(inputs, context),
      CacheControl: inputs.cacheControl,
      ContentDisposition: inputs.contentDisposition,
      ContentEncoding: inputs.contentEncoding,
      ContentLanguage: inputs.contentLanguage,
      ContentType: inputs.contentType,
      Metadata: inputs.metadata,
      ServerSideEncryption: inputs.kmsKeyId
        ? "aws:kms"
        : (inputs.serverSideEncryption as "AES256" | undefined),
      SSEKMSKeyId: inputs.kmsKeyId,
      StorageClass: inputs.storageClass as "STANDARD" | undefined,
      WebsiteRedirectLocation: inputs.websiteRedirect,
      ...(tags !== "" && { Tagging: tags }),
    },
    context,
  );
}

function bodyOf(
  { source, content, contentBase64 }: Inputs,
  { programDirectory }: ProviderContext,
): Uint8Array {
  if (contentBase64 !== undefined) return Buffer.from(contentBase64, "base64");
  if (source === undefined) return Buffer.from(content ?? "");
  // An archive has assets or is a folder; everything else is a file or a text.
  if (typeof source === "object" && "assets" in source) return zipArchive(source, programDirectory);
  return contents(source, programDirectory);
}

async function removeVersions(
  { Bucket, Key }: { Bucket: string; Key: string },
  context: ProviderContext,
): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    "ListObjectVersions",
    { Bucket, Prefix: Key },
    context,
  );
  for (const { Key: key, VersionId } of [...Versions, ...DeleteMarkers])
    if (key === Key) await s3.send("DeleteObject", { Bucket, Key, VersionId }, context);
}

function wireKey(id: string): { Bucket: string; Key: string } {
  const slash = id.indexOf("/");
  return { Bucket: id.slice(0, slash), Key: id.slice(slash + 1) };
}
