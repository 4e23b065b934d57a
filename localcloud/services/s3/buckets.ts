import type { AwsError } from "../../core/errors";
import { refuseOptions } from "../../core/errors";
import type { CallContext } from "../../core/service";
import { api } from "./api";
import { acl, checkAcl, DEFAULT_ENCRYPTION, forget, keep, OWNER_ENFORCED, tell } from "./documents";
import { noSuchBucket, s3Error } from "./errors";
import { putNotifications } from "./notifications/configuration";
import { Versions } from "./objects/versions";
import { BLOCK_ALL, effectivePolicy, isPublic, parsePolicy } from "./policies";
import type { Bucket, S3Store } from "./store";

/** A setting that was never put, e.g. `NoSuchCORSConfiguration`. */
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

export const buckets = api.entity<Bucket>({
  all: (store) => store.buckets,
  arn: (name) => `arn:aws:s3:::${name}`,
  gone: noSuchBucket,
  policy: effectivePolicy,
  operations: {
    CreateBucket: { names: "Bucket", does: createBucket },
    HeadBucket: {
      on: "Bucket",
      action: "ListBucket",
      gone: () => s3Error("NotFound", "Not Found", 404),
      run: ({ region }) => ({ BucketRegion: region, BucketArn: undefined }),
    },
    DeleteBucket: {
      names: "Bucket",
      does({ Bucket: name }, context) {
        const bucket = buckets.at(name, context);
        if (!bucket.objects.isEmpty)
          throw s3Error(
            "BucketNotEmpty",
            bucket.versioning === undefined
              ? "The bucket you tried to delete is not empty"
              : "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
            409,
            { BucketName: name },
          );
        context.store.buckets.delete(name);
      },
    },
    ListBuckets: {
      lists: "Buckets",
      max: 10_000,
      action: "ListAllMyBuckets",
      among: ({ Prefix = "", BucketRegion }, { store }) =>
        [...store.buckets.values()].filter(
          ({ name, region }) => name.startsWith(Prefix) && region === (BucketRegion ?? region),
        ),
      view: ({ name, region, createdAt }) => ({
        Name: name,
        BucketRegion: region,
        CreationDate: createdAt,
      }),
    },
    GetBucketLocation: {
      on: "Bucket",
      // The first region has no name here.
      run: ({ region }) => ({
        LocationConstraint: region === "us-east-1" ? undefined : (region as "eu-west-1"),
      }),
    },

    GetBucketVersioning: { on: "Bucket", run: ({ versioning }) => ({ Status: versioning }) },
    PutBucketVersioning: {
      on: "Bucket",
      run(bucket, { VersioningConfiguration: { Status, MFADelete } }) {
        refuseOptions(
          { MFADelete: MFADelete === "Enabled" || undefined },
          ["MFADelete"],
          "s3:PutBucketVersioning",
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
        const nothing = Object.keys(BLOCK_ALL).map((key) => [key, false]);
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
        tags.clear();
        for (const { Key, Value } of TagSet) tags.set(Key, Value);
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

    GetBucketCors: { on: "Bucket", action: "GetBucketCORS", run: tell("cors", noCors) },
    PutBucketCors: {
      on: "Bucket",
      action: "PutBucketCORS",
      run: keep("cors", "CORSConfiguration"),
    },
    DeleteBucketCors: { on: "Bucket", action: "PutBucketCORS", run: forget("cors") },

    GetBucketEncryption: {
      on: "Bucket",
      action: "GetEncryptionConfiguration",
      run: tell("encryption", () => DEFAULT_ENCRYPTION, "ServerSideEncryptionConfiguration"),
    },
    PutBucketEncryption: {
      on: "Bucket",
      action: "PutEncryptionConfiguration",
      run: keep("encryption", "ServerSideEncryptionConfiguration"),
    },
    DeleteBucketEncryption: {
      on: "Bucket",
      action: "PutEncryptionConfiguration",
      run: forget("encryption"),
    },

    GetBucketLifecycleConfiguration: {
      on: "Bucket",
      action: "GetLifecycleConfiguration",
      run: tell("lifecycle", noLifecycle),
    },
    PutBucketLifecycleConfiguration: {
      on: "Bucket",
      action: "PutLifecycleConfiguration",
      run: keep("lifecycle", "LifecycleConfiguration"),
    },
    DeleteBucketLifecycle: {
      on: "Bucket",
      action: "PutLifecycleConfiguration",
      run: forget("lifecycle"),
    },

    GetBucketOwnershipControls: {
      on: "Bucket",
      run: tell("ownership", noOwnership, "OwnershipControls"),
    },
    PutBucketOwnershipControls: { on: "Bucket", run: keep("ownership", "OwnershipControls") },
    DeleteBucketOwnershipControls: {
      on: "Bucket",
      action: "PutBucketOwnershipControls",
      run: forget("ownership"),
    },

    GetBucketWebsite: { on: "Bucket", run: tell("website", noWebsite) },
    PutBucketWebsite: { on: "Bucket", run: keep("website", "WebsiteConfiguration") },
    DeleteBucketWebsite: { on: "Bucket", run: forget("website") },

    GetBucketLogging: { on: "Bucket", run: tell("logging", () => ({})) },
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
      run: tell("lock", noLock),
    },
    GetBucketReplication: {
      on: "Bucket",
      action: "GetReplicationConfiguration",
      run: tell("replication", noReplication),
    },
  },
});

type CreateInput = {
  Bucket: string;
  ACL?: string;
  ObjectOwnership?: string;
  ObjectLockEnabledForBucket?: boolean;
  CreateBucketConfiguration?: {
    LocationConstraint?: string;
    Tags?: { Key: string; Value: string }[];
  };
};

function createBucket(input: CreateInput, context: CallContext<S3Store>): { Location: string } {
  const { Bucket: name, CreateBucketConfiguration: configuration = {}, ObjectOwnership } = input;
  const { store, region: called } = context;
  const lock = input.ObjectLockEnabledForBucket || undefined;
  refuseOptions(
    { ObjectLockEnabledForBucket: lock },
    ["ObjectLockEnabledForBucket"],
    "s3:CreateBucket",
  );
  checkName(name);
  const asked = configuration.LocationConstraint;
  const region = asked ?? called;
  if (asked === undefined ? called !== "us-east-1" : asked !== called)
    throw s3Error(
      "IllegalLocationConstraintException",
      `The ${asked ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  const known = store.buckets.get(name);
  // In the first region, creating one's own bucket again changes nothing.
  if (known && known.region === "us-east-1" && region === "us-east-1")
    return { Location: `/${name}` };
  if (known)
    throw s3Error(
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
      409,
      { BucketName: name },
    );
  const bucket: Bucket = {
    name,
    region,
    createdAt: context.clock.date(),
    tags: new Map(configuration.Tags?.map(({ Key, Value }) => [Key, Value])),
    objects: new Versions(),
    uploads: new Map(),
    documents: new Map(),
    publicAccessBlock: BLOCK_ALL,
    notifications: {},
  };
  bucket.documents.set(
    "ownership",
    ObjectOwnership === undefined ? OWNER_ENFORCED : { Rules: [{ ObjectOwnership }] },
  );
  checkAcl(bucket, input);
  store.buckets.set(name, bucket);
  return { Location: region === "us-east-1" ? `/${name}` : `http://${name}.s3.amazonaws.com/` };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkName(name: string): void {
  const good = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
  if (
    !good ||
    name.includes("..") ||
    /^\d+\.\d+\.\d+\.\d+$/.test(name) ||
    /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3)$/.test(name)
  )
    throw s3Error("InvalidBucketName", "The specified bucket is not valid.", 400, {
      BucketName: name,
    });
}
