import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createProtectedBucket, tlsOnlyStatement } from "./protectedBucket";

export interface PrivateBucketArgs {
  /** Days after which objects are deleted. Default: never. */
  expirationDays?: number;
  /** Whether `pulumi destroy` deletes its objects. Default false: it refuses then. */
  forceDestroy?: boolean;
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * Creates a bucket that only policies give access to, over TLS, versioned, encrypted with S3-managed keys; unfinished
 * uploads are aborted.
 */
export function createPrivateBucket(
  name: string,
  { expirationDays, forceDestroy = false, tags }: PrivateBucketArgs,
  opts: pulumi.CustomResourceOptions,
): aws.s3.Bucket {
  const { bucket: created } = createProtectedBucket(name, { forceDestroy, tags }, opts);
  const bucket = created.id;
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket,
      rules: [
        {
          id: "end-unfinished-uploads",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          ...(expirationDays === undefined
            ? {}
            : {
                expiration: { days: expirationDays },
                noncurrentVersionExpiration: { noncurrentDays: 1 },
              }),
        },
      ],
    },
    opts,
  );
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [tlsOnlyStatement(created.arn)],
  });
  new aws.s3.BucketPolicy(name, { bucket, policy }, opts);
  return created;
}
