import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ProtectedBucket {
  readonly bucket: aws.s3.Bucket;
  readonly versioning: aws.s3.BucketVersioning;
}

/**
 * Creates a bucket that only policies give access to, versioned and encrypted with S3-managed keys. Its policy must
 * contain `tlsOnlyStatement`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export function createProtectedBucket(
  name: string,
  args: Pick<aws.s3.BucketArgs, "forceDestroy" | "tags">,
  opts: pulumi.CustomResourceOptions,
): ProtectedBucket {
  const created = new aws.s3.Bucket(name, args, opts);
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
  const versioning = new aws.s3.BucketVersioning(
    name,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    opts,
  );
  return { bucket: created, versioning };
}

/** Returns the statement of a bucket's policy that denies requests without TLS (AwsSolutions-S10). */
export function tlsOnlyStatement(arn: pulumi.Output<string>): object {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, pulumi.interpolate`${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
