import type { BucketArgs } from "@pulumi/aws/s3/bucket";
import {
  completing,
  defineResource,
  ignoreGone,
  tagList,
  tagOutputs,
  unlessGone,
  type Args,
} from "../../define";
import type { Properties, ProviderContext, ResourceType } from "../../types";
import { NO_BUCKET, s3 } from "./client";

type BucketInputs = Args<BucketArgs>;

const GONE = ["NotFound", NO_BUCKET];

/** A bucket with settings of its own; each setting also has a separate resource type. */
const bucket = defineResource<BucketInputs>({
  token: "aws:s3/bucket:Bucket",
  inputs: [
    "acl",
    "bucket",
    "bucketPrefix",
    "corsRules",
    "forceDestroy",
    "policy",
    "serverSideEncryptionConfiguration",
    "tags",
    "versioning",
  ],
  computed: ["acl", "corsRules", "policy", "serverSideEncryptionConfiguration", "versioning"],
  autoname: {
    property: "bucket",
    maxLength: 63,
    transform: (name) => name.toLowerCase(),
  },
  defaults: { forceDestroy: false },
  replaceOn: ["bucket", "bucketPrefix"],
  jsonInputs: ["policy"],
  async create(inputs, context) {
    const { region } = context.aws;
    const Bucket = inputs.bucket ?? "";
    const place = region === "us-east-1" ? {} : { LocationConstraint: region as "eu-west-1" };
    const acl = inputs.acl === undefined ? {} : { ACL: inputs.acl as "private" };
    await s3.send("CreateBucket", { Bucket, ...acl, CreateBucketConfiguration: place }, context);
    return completing(Bucket, () => putSettings(Bucket, inputs, {}, context));
  },
  read: (Bucket, inputs, context) =>
    unlessGone(GONE, async () => {
      await s3.send("HeadBucket", { Bucket }, context);
      return readBucket(Bucket, inputs, context);
    }),
  update: (Bucket, news, olds, context) => putSettings(Bucket, news, olds, context),
  async delete(Bucket, { forceDestroy }, context) {
    await ignoreGone(GONE, async () => {
      if (forceDestroy) await empty(Bucket, context);
      await s3.send("DeleteBucket", { Bucket }, context);
    });
  },
});

export const S3_BUCKET: readonly ResourceType[] = [bucket];

async function putSettings(
  Bucket: string,
  news: BucketInputs,
  olds: Partial<BucketInputs>,
  context: ProviderContext,
): Promise<void> {
  const changed = (name: keyof BucketInputs): boolean =>
    JSON.stringify(news[name]) !== JSON.stringify(olds[name]);
  if (changed("tags")) {
    const TagSet = tagList(news.tags);
    if (TagSet.length > 0)
      await s3.send("PutBucketTagging", { Bucket, Tagging: { TagSet } }, context);
    else await s3.send("DeleteBucketTagging", { Bucket }, context);
  }
  if (changed("versioning") && news.versioning) {
    const Status = news.versioning.enabled ? "Enabled" : "Suspended";
    // A bucket that was never versioned is not "suspended".
    if (Status === "Enabled" || olds.versioning?.enabled)
      await s3.send(
        "PutBucketVersioning",
        { Bucket, VersioningConfiguration: { Status } },
        context,
      );
  }
  if (changed("policy")) {
    if (news.policy !== undefined)
      await s3.send("PutBucketPolicy", { Bucket, Policy: String(news.policy) }, context);
    else await s3.send("DeleteBucketPolicy", { Bucket }, context);
  }
  const encryption = news.serverSideEncryptionConfiguration?.rule;
  if (changed("serverSideEncryptionConfiguration") && encryption) {
    const { sseAlgorithm, kmsMasterKeyId } = encryption.applyServerSideEncryptionByDefault ?? {};
    const ApplyServerSideEncryptionByDefault = {
      SSEAlgorithm: sseAlgorithm as "AES256",
      KMSMasterKeyID: kmsMasterKeyId,
    };
    const rule = {
      ApplyServerSideEncryptionByDefault,
      BucketKeyEnabled: encryption.bucketKeyEnabled,
    };
    await s3.send(
      "PutBucketEncryption",
      { Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } },
      context,
    );
  }
  if (changed("corsRules")) {
    const CORSRules = (news.corsRules ?? []).map((rule) => ({
      AllowedHeaders: rule.allowedHeaders,
      AllowedMethods: rule.allowedMethods,
      AllowedOrigins: rule.allowedOrigins,
      ExposeHeaders: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    }));
    if (CORSRules.length > 0)
      await s3.send("PutBucketCors", { Bucket, CORSConfiguration: { CORSRules } }, context);
    else await s3.send("DeleteBucketCors", { Bucket }, context);
  }
}

/** Reads settings only if the program gave them here; otherwise they belong to separate resources. */
async function readBucket(
  Bucket: string,
  inputs: Partial<BucketInputs>,
  context: ProviderContext,
): Promise<Properties> {
  const { region } = context.aws;
  const { Status } = await s3.send("GetBucketVersioning", { Bucket }, context);
  const policy = await unlessGone(["NoSuchBucketPolicy"], async () => {
    const { Policy } = await s3.send("GetBucketPolicy", { Bucket }, context);
    return Policy;
  });
  const tags = await unlessGone(["NoSuchTagSet"], async () => {
    const { TagSet } = await s3.send("GetBucketTagging", { Bucket }, context);
    return TagSet;
  });
  return {
    arn: `arn:aws:s3:::${Bucket}`,
    bucket: Bucket,
    bucketDomainName: `${Bucket}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${Bucket}.s3.${region}.amazonaws.com`,
    bucketRegion: region,
    ...(inputs.versioning && {
      versioning: { ...inputs.versioning, enabled: Status === "Enabled" },
    }),
    ...(inputs.policy !== undefined && { policy }),
    ...tagOutputs(tags),
  };
}

/** Deletes every version of every object, for a bucket that may be destroyed with its contents. */
async function empty(Bucket: string, context: ProviderContext): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      "ListObjectVersions",
      { Bucket },
      context,
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) return;
    for (let from = 0; from < Objects.length; from += 1000)
      await s3.send(
        "DeleteObjects",
        { Bucket, Delete: { Objects: Objects.slice(from, from + 1000) } },
        context,
      );
  }
}
