import { refuseOptions, type AwsError } from "../../core/errors";
import { api } from "./api";
import { kind } from "./buckets";
import {
  checkCors,
  checkEncryption,
  checkLifecycle,
  checkOwnership,
  checkWebsite,
} from "./checkSettings";
import { acl, checkAcl, DEFAULT_ENCRYPTION, forget, keep, getDocument } from "./documents";
import { s3Error } from "./errors";
import { putNotifications } from "./notifications/configuration";
import { BLOCK_ALL, isPublic, parsePolicy } from "./policies";
import type { Bucket } from "./store";
import { checkedTags } from "./tags";

/** Returns a function that creates the error for a setting that was never put, e.g. `NoSuchCORSConfiguration`. */
const none = (code: string, message: string) => (): AwsError => s3Error(code, message, 404);

const noCors = none("NoSuchCORSConfiguration", "The CORS configuration does not exist");
const noLifecycle = none(
  "NoSuchLifecycleConfiguration",
  "The lifecycle configuration does not exist",
);
const noWebsite = none(
  "NoSuchWebsiteConfiguration",
  "The specified bucket does not have a website configuration",
);
const noBlock = none(
  "NoSuchPublicAccessBlockConfiguration",
  "The public access block configuration was not found",
);
const noOwnership = none(
  "OwnershipControlsNotFoundError",
  "The bucket ownership controls were not found",
);
const noPolicy = none("NoSuchBucketPolicy", "The bucket policy does not exist");
const noTags = none("NoSuchTagSet", "The TagSet does not exist");
const noLock = none(
  "ObjectLockConfigurationNotFoundError",
  "Object Lock configuration does not exist for this bucket",
);
const noReplication = none(
  "ReplicationConfigurationNotFoundError",
  "The replication configuration was not found",
);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html */
const MAX_TAGS = 50;

export const bucketSettings = api.entity<Bucket>({
  ...kind,
  operations: {
    GetBucketVersioning: { on: "Bucket", run: ({ versioning }) => ({ Status: versioning }) },
    PutBucketVersioning: {
      on: "Bucket",
      run(bucket, { VersioningConfiguration: { Status, MFADelete } }) {
        refuseOptions(
          { MFADelete: MFADelete === "Enabled" || undefined },
          ["MFADelete"],
          "s3:PutBucketVersioning",
        );
        if (Status === undefined)
          throw s3Error(
            "IllegalVersioningConfigurationException",
            "The Versioning element must be specified",
          );
        bucket.versioning = Status;
      },
    },

    GetBucketPolicy: {
      on: "Bucket",
      run({ policy }) {
        if (!policy) throw noPolicy();
        return { Policy: policy.text };
      },
    },
    GetBucketPolicyStatus: {
      on: "Bucket",
      run({ policy }) {
        if (!policy) throw noPolicy();
        return { PolicyStatus: { IsPublic: isPublic(policy.document) } };
      },
    },
    PutBucketPolicy: {
      on: "Bucket",
      run(bucket, { Policy: text }) {
        bucket.policy = { text, document: parsePolicy(text, bucket) };
      },
    },
    DeleteBucketPolicy: { on: "Bucket", run: (bucket) => void delete bucket.policy },

    GetPublicAccessBlock: {
      on: "Bucket",
      action: "GetBucketPublicAccessBlock",
      run({ publicAccessBlock }) {
        if (!publicAccessBlock) throw noBlock();
        return { PublicAccessBlockConfiguration: publicAccessBlock };
      },
    },
    PutPublicAccessBlock: {
      on: "Bucket",
      action: "PutBucketPublicAccessBlock",
      run(bucket, { PublicAccessBlockConfiguration: given }) {
        const nothing = Object.keys(BLOCK_ALL).map((key) => [key, false] as const);
        bucket.publicAccessBlock = { ...Object.fromEntries(nothing), ...given };
      },
    },
    DeletePublicAccessBlock: {
      on: "Bucket",
      action: "PutBucketPublicAccessBlock",
      run: (bucket) => void delete bucket.publicAccessBlock,
    },

    GetBucketTagging: {
      on: "Bucket",
      run({ tags }) {
        if (tags.size === 0) throw noTags();
        return { TagSet: [...tags].map(([Key, Value]) => ({ Key, Value })) };
      },
    },
    PutBucketTagging: {
      on: "Bucket",
      run({ tags }, { Tagging: { TagSet } }) {
        if (TagSet.length > MAX_TAGS)
          throw s3Error("BadRequest", `Bucket tag count cannot be greater than ${MAX_TAGS}`);
        const given = checkedTags(TagSet, "System tags cannot be added/updated by requester");
        tags.clear();
        for (const [key, value] of given) tags.set(key, value);
      },
    },
    DeleteBucketTagging: {
      on: "Bucket",
      action: "PutBucketTagging",
      run: ({ tags }) => tags.clear(),
    },

    GetBucketNotificationConfiguration: {
      on: "Bucket",
      action: "GetBucketNotification",
      run: ({ notifications }) => notifications,
    },
    PutBucketNotificationConfiguration: {
      on: "Bucket",
      action: "PutBucketNotification",
      run: putNotifications,
    },

    GetBucketAcl: { on: "Bucket", run: (_bucket, _input, { accountId }) => acl(accountId) },
    PutBucketAcl: { on: "Bucket", run: checkAcl },

    GetBucketCors: { on: "Bucket", action: "GetBucketCORS", run: getDocument("cors", noCors) },
    PutBucketCors: {
      on: "Bucket",
      action: "PutBucketCORS",
      run: keep("cors", "CORSConfiguration", checkCors),
    },
    DeleteBucketCors: { on: "Bucket", action: "PutBucketCORS", run: forget("cors") },

    GetBucketEncryption: {
      on: "Bucket",
      action: "GetEncryptionConfiguration",
      run: getDocument("encryption", () => DEFAULT_ENCRYPTION, "ServerSideEncryptionConfiguration"),
    },
    PutBucketEncryption: {
      on: "Bucket",
      action: "PutEncryptionConfiguration",
      run: keep("encryption", "ServerSideEncryptionConfiguration", checkEncryption),
    },
    DeleteBucketEncryption: {
      on: "Bucket",
      action: "PutEncryptionConfiguration",
      run: forget("encryption"),
    },

    GetBucketLifecycleConfiguration: {
      on: "Bucket",
      action: "GetLifecycleConfiguration",
      run: getDocument("lifecycle", noLifecycle),
    },
    PutBucketLifecycleConfiguration: {
      on: "Bucket",
      action: "PutLifecycleConfiguration",
      run: keep("lifecycle", "LifecycleConfiguration", checkLifecycle),
    },
    DeleteBucketLifecycle: {
      on: "Bucket",
      action: "PutLifecycleConfiguration",
      run: forget("lifecycle"),
    },

    GetBucketOwnershipControls: {
      on: "Bucket",
      run: getDocument("ownership", noOwnership, "OwnershipControls"),
    },
    PutBucketOwnershipControls: {
      on: "Bucket",
      run: keep("ownership", "OwnershipControls", checkOwnership),
    },
    DeleteBucketOwnershipControls: {
      on: "Bucket",
      action: "PutBucketOwnershipControls",
      run: forget("ownership"),
    },

    GetBucketWebsite: { on: "Bucket", run: getDocument("website", noWebsite) },
    PutBucketWebsite: { on: "Bucket", run: keep("website", "WebsiteConfiguration", checkWebsite) },
    DeleteBucketWebsite: { on: "Bucket", run: forget("website") },

    GetBucketLogging: { on: "Bucket", run: getDocument("logging", () => ({})) },
    PutBucketLogging: { on: "Bucket", run: keep("logging", "BucketLoggingStatus") },

    GetBucketAccelerateConfiguration: {
      on: "Bucket",
      action: "GetAccelerateConfiguration",
      run: () => ({}),
    },
    GetBucketRequestPayment: { on: "Bucket", run: () => ({ Payer: "BucketOwner" }) },
    GetObjectLockConfiguration: {
      on: "Bucket",
      action: "GetBucketObjectLockConfiguration",
      run: getDocument("lock", noLock),
    },
    GetBucketReplication: {
      on: "Bucket",
      action: "GetReplicationConfiguration",
      run: getDocument("replication", noReplication),
    },
  },
});
