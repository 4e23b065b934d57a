import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

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
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export function createPrivateBucket(
  name: string,
  { expirationDays, forceDestroy = false, tags }: PrivateBucketArgs,
  opts: pulumi.CustomResourceOptions,
): aws.s3.Bucket {
  const created = new aws.s3.Bucket(name, { forceDestroy, tags }, opts);
  const bucket = created.id;
  new aws.s3.BucketPublicAccessBlock(
    name,
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  new aws.s3.BucketOwnershipControls(
    name,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    opts,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    opts,
  );
  new aws.s3.BucketVersioning(
    name,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    opts,
  );
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
  new aws.s3.BucketPolicy(name, { bucket, policy: tlsOnly(created.arn) }, opts);
  return created;
}

/** AwsSolutions-S10 */
function tlsOnly(arn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, pulumi.interpolate`${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
