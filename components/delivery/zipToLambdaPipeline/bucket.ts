import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  SETTINGS_FOLDER,
  SETTINGS_KEY,
} from "../../../callbacks/delivery/zipToLambdaPipeline/appSettings";
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
 * dead-letter queue. Functions do not need it any more, because Lambda has a copy of the code.
 */
const OLD_ZIP_DAYS = 90;

/** Creates the bucket of the zips: private, encrypted, TLS only, and versioned. */
export function createAppsBucket(
  name: string,
  {
    tags,
    worker,
    forceDestroy = false,
  }: Pick<ZipToLambdaPipelineArgs, "tags" | "forceDestroy" | "worker">,
  opts: pulumi.CustomResourceOptions,
): ProtectedBucket {
  const created = createProtectedBucket(name, { forceDestroy, tags }, opts);
  const bucket = created.bucket.id;
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket,
      rules: [
        expiry("zips", APPS_FOLDER, OLD_ZIP_DAYS),
        // Only the newest status is used.
        expiry("status", STATUS_FOLDER, 1),
        // A worker that is being replaced may still read the version before.
        expiry("settings", SETTINGS_FOLDER, 7),
        // Lambda has copied it by then.
        ...(worker === "instances"
          ? [{ ...expiry("built", BUILT_FOLDER, 1), expiration: { days: 1 } }]
          : []),
      ],
    },
    { ...opts, dependsOn: [created.versioning] },
  );
  return created;
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
  { bucket, refusals }: { readonly bucket: aws.s3.Bucket; readonly refusals: object[] },
  opts: pulumi.CustomResourceOptions,
): aws.s3.BucketPolicy {
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [tlsOnlyStatement(bucket.arn), ...refusals],
  });
  return new aws.s3.BucketPolicy(name, { bucket: bucket.id, policy }, opts);
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
