import type { BucketCorsConfigurationArgs } from "@pulumi/aws/s3/bucketCorsConfiguration";
import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import type { BucketLoggingArgs } from "@pulumi/aws/s3/bucketLogging";
import type { BucketOwnershipControlsArgs } from "@pulumi/aws/s3/bucketOwnershipControls";
import type { BucketPolicyArgs } from "@pulumi/aws/s3/bucketPolicy";
import type { BucketPublicAccessBlockArgs } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import type { BucketServerSideEncryptionConfigurationArgs } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import type { BucketVersioningArgs } from "@pulumi/aws/s3/bucketVersioning";
import type { BucketWebsiteConfigurationArgs } from "@pulumi/aws/s3/bucketWebsiteConfiguration";
import type { Args } from "../../define";
import type { ResourceType } from "../../types";
import { NO_BUCKET, ofBucket, s3 } from "./client";

/** A text that the program gives as JSON or as an object. */
const json = {
  toWire: (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value)),
  fromWire: (value: string) => value,
};

const versioning = s3.resource<Args<BucketVersioningArgs>>({
  ...ofBucket,
  token: "aws:s3/bucketVersioning:BucketVersioning",
  inputs: ["bucket", "versioningConfiguration"],
  required: ["bucket", "versioningConfiguration"],
  gone: [NO_BUCKET],
  create: { PutBucketVersioning: () => ({}) },
  read: { GetBucketVersioning: (Bucket) => ({ Bucket }) },
  outputsFrom: ({ status }, bucket) =>
    status === undefined ? undefined : { bucket, versioningConfiguration: { status } },
  update: { PutBucketVersioning: () => ({}) },
  // Versioning cannot be removed, only suspended.
  delete: {
    PutBucketVersioning: (Bucket) => ({
      Bucket,
      VersioningConfiguration: { Status: "Suspended" },
    }),
  },
});

const publicAccessBlock = s3.resource<Args<BucketPublicAccessBlockArgs>>({
  ...ofBucket,
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  inputs: [
    "blockPublicAcls",
    "blockPublicPolicy",
    "bucket",
    "ignorePublicAcls",
    "restrictPublicBuckets",
  ],
  wraps: "PublicAccessBlockConfiguration",
  defaults: {
    blockPublicAcls: false,
    blockPublicPolicy: false,
    ignorePublicAcls: false,
    restrictPublicBuckets: false,
  },
  required: ["bucket"],
  gone: [NO_BUCKET, "NoSuchPublicAccessBlockConfiguration"],
  create: { PutPublicAccessBlock: () => ({}) },
  read: { GetPublicAccessBlock: (Bucket) => ({ Bucket }) },
  update: { PutPublicAccessBlock: () => ({}) },
  delete: { DeletePublicAccessBlock: (Bucket) => ({ Bucket }) },
});

const encryption = s3.resource<Args<BucketServerSideEncryptionConfigurationArgs>>({
  ...ofBucket,
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  inputs: ["bucket", "rules"],
  wraps: "ServerSideEncryptionConfiguration",
  computed: ["rules.blockedEncryptionTypes"],
  required: ["bucket", "rules"],
  gone: [NO_BUCKET],
  create: { PutBucketEncryption: () => ({}) },
  read: { GetBucketEncryption: (Bucket) => ({ Bucket }) },
  update: { PutBucketEncryption: () => ({}) },
  delete: { DeleteBucketEncryption: (Bucket) => ({ Bucket }) },
});

const lifecycle = s3.resource<Args<BucketLifecycleConfigurationArgs>>({
  ...ofBucket,
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  inputs: ["bucket", "rules"],
  wraps: "LifecycleConfiguration",
  // A filter's tags are a map in Pulumi.
  forms: {
    Tags: {
      toWire: (tags: Record<string, string>) =>
        Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      fromWire: (tags: { Key: string; Value: string }[]) =>
        Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    },
  },
  required: ["bucket", "rules"],
  gone: [NO_BUCKET, "NoSuchLifecycleConfiguration"],
  create: { PutBucketLifecycleConfiguration: () => ({}) },
  read: { GetBucketLifecycleConfiguration: (Bucket) => ({ Bucket }) },
  update: { PutBucketLifecycleConfiguration: () => ({}) },
  delete: { DeleteBucketLifecycle: (Bucket) => ({ Bucket }) },
});

const cors = s3.resource<Args<BucketCorsConfigurationArgs>>({
  ...ofBucket,
  token: "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
  inputs: ["bucket", "corsRules"],
  wraps: "CORSConfiguration",
  required: ["bucket", "corsRules"],
  gone: [NO_BUCKET, "NoSuchCORSConfiguration"],
  create: { PutBucketCors: () => ({}) },
  read: { GetBucketCors: (Bucket) => ({ Bucket }) },
  update: { PutBucketCors: () => ({}) },
  delete: { DeleteBucketCors: (Bucket) => ({ Bucket }) },
});

const ownership = s3.resource<Args<BucketOwnershipControlsArgs>>({
  ...ofBucket,
  token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  inputs: ["bucket", "rule"],
  wraps: "OwnershipControls",
  names: { Rules: "rule" },
  // One rule, which is a list in the API.
  forms: {
    Rules: {
      toWire: ({ objectOwnership }: { objectOwnership: string }) => [
        { ObjectOwnership: objectOwnership },
      ],
      fromWire: ([rule]: { ObjectOwnership: string }[]) => ({
        objectOwnership: rule.ObjectOwnership,
      }),
    },
  },
  required: ["bucket", "rule"],
  gone: [NO_BUCKET, "OwnershipControlsNotFoundError"],
  create: { PutBucketOwnershipControls: () => ({}) },
  read: { GetBucketOwnershipControls: (Bucket) => ({ Bucket }) },
  update: { PutBucketOwnershipControls: () => ({}) },
  delete: { DeleteBucketOwnershipControls: (Bucket) => ({ Bucket }) },
});

const website = s3.resource<Args<BucketWebsiteConfigurationArgs>>({
  ...ofBucket,
  token: "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
  inputs: ["bucket", "errorDocument", "indexDocument", "redirectAllRequestsTo"],
  wraps: "WebsiteConfiguration",
  required: ["bucket"],
  gone: [NO_BUCKET, "NoSuchWebsiteConfiguration"],
  create: { PutBucketWebsite: () => ({}) },
  read: { GetBucketWebsite: (Bucket) => ({ Bucket }) },
  update: { PutBucketWebsite: () => ({}) },
  delete: { DeleteBucketWebsite: (Bucket) => ({ Bucket }) },
});

const logTo = ({ targetBucket, targetPrefix }: Args<BucketLoggingArgs>) => ({
  BucketLoggingStatus: {
    LoggingEnabled: { TargetBucket: targetBucket, TargetPrefix: targetPrefix },
  },
});

const logging = s3.resource<Args<BucketLoggingArgs>>({
  ...ofBucket,
  token: "aws:s3/bucketLogging:BucketLogging",
  inputs: ["bucket", "targetBucket", "targetPrefix"],
  required: ["bucket", "targetBucket", "targetPrefix"],
  gone: [NO_BUCKET],
  create: { PutBucketLogging: logTo },
  read: { GetBucketLogging: (Bucket) => ({ Bucket }) },
  outputsFrom: (found, bucket) => (found.targetBucket ? { ...found, bucket } : undefined),
  update: { PutBucketLogging: (_bucket, { news }) => logTo(news) },
  delete: { PutBucketLogging: (Bucket) => ({ Bucket, BucketLoggingStatus: {} }) },
});

const policy = s3.resource<Args<BucketPolicyArgs>>({
  ...ofBucket,
  token: "aws:s3/bucketPolicy:BucketPolicy",
  inputs: ["bucket", "policy"],
  forms: { Policy: json },
  required: ["bucket", "policy"],
  jsonInputs: ["policy"],
  gone: [NO_BUCKET, "NoSuchBucketPolicy"],
  create: { PutBucketPolicy: () => ({}) },
  read: { GetBucketPolicy: (Bucket) => ({ Bucket }) },
  update: { PutBucketPolicy: () => ({}) },
  delete: { DeleteBucketPolicy: (Bucket) => ({ Bucket }) },
});

export const S3_SETTINGS: readonly ResourceType[] = [
  versioning,
  publicAccessBlock,
  encryption,
  lifecycle,
  cors,
  ownership,
  website,
  logging,
  policy,
];
