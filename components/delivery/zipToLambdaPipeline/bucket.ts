import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  SETTINGS_FOLDER,
  SETTINGS_KEY,
} from "../../../callbacks/delivery/zipToLambdaPipeline/appSettings";
import { UNUSED_TAG } from "../../../callbacks/delivery/zipToLambdaPipeline/deploy/unusedZips";
import {
  APPS_FOLDER,
  BUILT_FOLDER,
  STATUS_FOLDER,
} from "../../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import { childName } from "../../names";
import {
  createProtectedBucket,
  type ProtectedBucket,
  tlsOnlyStatement,
} from "../../storage/protectedBucket";
import type { ZipToLambdaPipelineArgs } from "./args";

/**
 * Days that a replaced zip is kept: longer than a message about it can wait, 4 days in the queue and 14 in the
 * dead-letter queue. Functions do not need it any more: Lambda has a copy of the code, or the zip is marked as unused.
 */
const OLD_ZIP_DAYS = 90;

/** Creates the bucket of the zips: private, encrypted, TLS only, and versioned. */
export function createAppsBucket(
  name: string,
  {
    tags,
    worker,
    storage,
    forceDestroy = false,
  }: Pick<ZipToLambdaPipelineArgs, "tags" | "forceDestroy" | "worker" | "storage">,
  opts: pulumi.CustomResourceOptions,
): ProtectedBucket {
  const created = createProtectedBucket(name, { forceDestroy, tags }, opts);
  const bucket = created.bucket.id;
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket,
      rules: [
        ...codeRules(storage, worker),
        // Only the newest status is used.
        expiry("status", STATUS_FOLDER, 1),
        // A worker that is being replaced may still read the version before.
        expiry("settings", SETTINGS_FOLDER, 7),
      ],
    },
    { ...opts, dependsOn: [created.versioning] },
  );
  return created;
}

/**
 * Returns the rules for the zips that Lambda reads. Where it reads them in place, only those expire that the worker has
 * marked: a lifecycle rule itself cannot know which version of a function needs a zip.
 */
function codeRules(
  storage: ZipToLambdaPipelineArgs["storage"],
  worker: ZipToLambdaPipelineArgs["worker"],
): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  const builds = worker === "instances";
  if (storage === "reference")
    return [
      ...unusedExpiry("zips", APPS_FOLDER),
      ...(builds ? unusedExpiry("built", BUILT_FOLDER) : []),
    ];
  return [
    expiry("zips", APPS_FOLDER, OLD_ZIP_DAYS),
    // Lambda has copied it by then.
    ...(builds ? [{ ...expiry("built", BUILT_FOLDER, 1), expiration: { days: 1 } }] : []),
  ];
}

/**
 * Expires noncurrent versions with the tag of unused zips. S3 takes no rule for incomplete uploads that filters by tags.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
 */
function unusedExpiry(id: string, prefix: string) {
  const tags = { [UNUSED_TAG.Key]: UNUSED_TAG.Value };
  const filter = { prefix };
  return [
    {
      id,
      status: "Enabled",
      filter: { and: { prefix, tags } },
      noncurrentVersionExpiration: { noncurrentDays: OLD_ZIP_DAYS },
    },
    {
      id: `${id}-incomplete`,
      status: "Enabled",
      filter,
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    },
  ];
}

/** Expires noncurrent versions; the current version of an object is kept. */
function expiry(id: string, prefix: string, noncurrentDays: number) {
  return {
    id,
    status: "Enabled",
    filter: { prefix },
    noncurrentVersionExpiration: { noncurrentDays },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  };
}

/**
 * Denies requests without TLS, and adds the given statements.
 */
export function protectBucket(
  name: string,
  { bucket, statements }: { readonly bucket: aws.s3.Bucket; readonly statements: object[] },
  opts: pulumi.CustomResourceOptions,
): aws.s3.BucketPolicy {
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [tlsOnlyStatement(bucket.arn), ...statements],
  });
  return new aws.s3.BucketPolicy(name, { bucket: bucket.id, policy }, opts);
}

/**
 * Lets Lambda read zips in place, for the functions of the pipeline only.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-self-managed-storage.html#self-managed-storage-permissions
 *
 * @param functions ARN of the functions, with a wildcard.
 */
export function codeAccess(
  bucketArn: pulumi.Output<string>,
  functions: pulumi.Output<string>,
  { storage, worker }: Pick<ZipToLambdaPipelineArgs, "storage" | "worker">,
): object[] {
  if (storage !== "reference") return [];
  const folders = [APPS_FOLDER, ...(worker === "instances" ? [BUILT_FOLDER] : [])];
  return [
    {
      Sid: "LambdaReadsCode",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: folders.map((folder) => pulumi.interpolate`${bucketArn}/${folder}*`),
      Condition: { ArnLike: { "aws:SourceArn": functions } },
    },
  ];
}

/**
 * Stores the program's settings of apps for the worker; undefined without any. Secret values stay secret in the
 * program's state.
 */
export function keepAppSettings(
  name: string,
  { bucket, versioning }: ProtectedBucket,
  { appDefaults, apps }: Pick<ZipToLambdaPipelineArgs, "appDefaults" | "apps">,
  opts: pulumi.CustomResourceOptions,
): aws.s3.BucketObjectv2 | undefined {
  if (!appDefaults && !apps) return undefined;
  return new aws.s3.BucketObjectv2(
    childName(name, "settings"),
    {
      bucket: bucket.id,
      key: SETTINGS_KEY,
      content: pulumi.jsonStringify({ appDefaults, apps }),
      contentType: "application/json",
    },
    { ...opts, dependsOn: [versioning] },
  );
}

/** Notifies the queue about zips only, so that writing a status triggers nothing. */
export function notifyQueue(
  name: string,
  {
    bucket,
    queue,
    onDelete,
    worker,
  }: {
    readonly bucket: aws.s3.Bucket;
    readonly queue: aws.sqs.Queue;
  } & Pick<ZipToLambdaPipelineArgs, "onDelete" | "worker">,
  opts: pulumi.CustomResourceOptions,
): aws.s3.BucketNotification {
  return new aws.s3.BucketNotification(
    childName(name, "uploads"),
    {
      bucket: bucket.id,
      // Calls the checker of the instances.
      ...(worker === "instances" ? { eventbridge: true } : {}),
      queues: [
        {
          id: "zips",
          queueArn: queue.arn,
          events: [
            "s3:ObjectCreated:*",
            ...(onDelete === "remove" ? ["s3:ObjectRemoved:DeleteMarkerCreated"] : []),
          ],
          filterPrefix: APPS_FOLDER,
          filterSuffix: ".zip",
        },
      ],
    },
    opts,
  );
}
