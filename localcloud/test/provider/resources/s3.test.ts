import {
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { client } from "../../../provider/clients";
import { describeLifecycle, type Lifecycle, ProviderBench } from "../../support/resourceLifecycle";

const ACCOUNT = "arn:aws:iam::123456789012:root";

async function bucketName(bench: ProviderBench, bucket = "first-bucket"): Promise<string> {
  return (await bench.make("aws:s3/bucket:Bucket", { bucket, forceDestroy: true })).id;
}
const policy = (bucket: unknown, Action: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: ACCOUNT },
        Action,
        Resource: `arn:aws:s3:::${String(bucket)}/*`,
      },
    ],
  });

describeLifecycle({
  type: "aws:s3/bucket:Bucket",
  inputs: () => ({ tags: { a: "1" } }),
  updates: [
    { tags: { b: "2" } },
    { tags: undefined },
    { versioning: { enabled: true } },
    { versioning: { enabled: false } },
    { forceDestroy: true },
  ],
  replaces: [{ bucket: "another-bucket" }],
  drift: {
    make: ({ context }, { id }) =>
      client(S3Client, context).send(
        new PutBucketTaggingCommand({
          Bucket: id,
          Tagging: { TagSet: [{ Key: "who", Value: "me" }] },
        }),
      ),
    expected: ["tags"],
  },
});

describeLifecycle({
  type: "aws:s3/bucketVersioning:BucketVersioning",
  inputs: async (bench) => ({
    bucket: await bucketName(bench),
    versioningConfiguration: { status: "Enabled" },
  }),
  updates: [{ versioningConfiguration: { status: "Suspended" } }],
  replaces: [{ bucket: "another-bucket" }],
  drift: {
    make: ({ context }, { id }) =>
      client(S3Client, context).send(
        new PutBucketVersioningCommand({
          Bucket: id,
          VersioningConfiguration: { Status: "Enabled" },
        }),
      ),
    expected: ["versioningConfiguration.status"],
  },
  // Versioning can only be suspended.
  permanent: true,
});

describeLifecycle({
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  inputs: async (bench) => ({ bucket: await bucketName(bench), blockPublicAcls: true }),
  updates: [{ blockPublicPolicy: true }, { restrictPublicBuckets: true, ignorePublicAcls: true }],
  replaces: [{ bucket: "another-bucket" }],
  drift: {
    make: ({ context }, { id }) =>
      client(S3Client, context).send(
        new PutPublicAccessBlockCommand({
          Bucket: id,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: false,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        }),
      ),
    expected: ["blockPublicAcls"],
  },
});

describeLifecycle({
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  inputs: async (bench) => ({
    bucket: await bucketName(bench),
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  }),
  updates: [
    {
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: "alias/aws/s3",
          },
          bucketKeyEnabled: true,
        },
      ],
    },
  ],
  replaces: [{ bucket: "another-bucket" }],
  // Every bucket is encrypted.
  permanent: true,
});

describeLifecycle({
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  inputs: async (bench) => ({
    bucket: await bucketName(bench),
    rules: [{ id: "old", status: "Enabled", filter: { prefix: "logs/" }, expiration: { days: 7 } }],
  }),
  updates: [
    {
      rules: [
        {
          id: "old",
          status: "Enabled",
          filter: { and: { prefix: "logs/", tags: { a: "1", b: "2" } } },
          transitions: [{ days: 30, storageClass: "STANDARD_IA" }],
          noncurrentVersionExpiration: { noncurrentDays: 3 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
  ],
  replaces: [{ bucket: "another-bucket" }],
});

describeLifecycle({
  type: "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
  inputs: async (bench) => ({
    bucket: await bucketName(bench),
    corsRules: [{ allowedMethods: ["GET"], allowedOrigins: ["https://example.com"] }],
  }),
  updates: [
    {
      corsRules: [
        {
          allowedMethods: ["PUT"],
          allowedOrigins: ["*"],
          allowedHeaders: ["*"],
          maxAgeSeconds: 60,
        },
        { allowedMethods: ["GET"], allowedOrigins: ["*"], exposeHeaders: ["etag"] },
      ],
    },
  ],
  replaces: [{ bucket: "another-bucket" }],
});

describeLifecycle({
  type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  inputs: async (bench) => ({
    bucket: await bucketName(bench),
    rule: { objectOwnership: "ObjectWriter" },
  }),
  updates: [{ rule: { objectOwnership: "BucketOwnerPreferred" } }],
  replaces: [{ bucket: "another-bucket" }],
});

describeLifecycle({
  type: "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
  inputs: async (bench) => ({
    bucket: await bucketName(bench),
    indexDocument: { suffix: "index.html" },
  }),
  updates: [{ errorDocument: { key: "error.html" } }],
  replaces: [{ bucket: "another-bucket" }],
});

describeLifecycle({
  type: "aws:s3/bucketLogging:BucketLogging",
  inputs: async (bench) => ({
    bucket: await bucketName(bench),
    targetBucket: await bucketName(bench, "log-bucket"),
    targetPrefix: "logs/",
  }),
  updates: [{ targetPrefix: "other/" }],
  replaces: [{ bucket: "another-bucket" }],
});

describeLifecycle({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  async inputs(bench) {
    const bucket = await bucketName(bench);
    return { bucket, policy: policy(bucket, "s3:GetObject") };
  },
  updates: [{ policy: policy("*", "s3:PutObject") }],
  replaces: [{ bucket: "another-bucket" }],
});

describeLifecycle({
  type: "aws:s3/bucketNotification:BucketNotification",
  async inputs(bench) {
    const bucket = await bucketName(bench);
    const queue = await bench.make("aws:sqs/queue:Queue", {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "s3.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: "*",
          },
        ],
      }),
    });
    const queueArn = queue.outputs.arn;
    return { bucket, queues: [{ id: "q", queueArn, events: ["s3:ObjectCreated:*"] }] };
  },
  updates: [{ eventbridge: true }, { queues: undefined }],
  replaces: [{ bucket: "another-bucket" }],
});

const objectLife: Omit<Lifecycle, "type"> = {
  inputs: async (bench) => ({
    bucket: await bucketName(bench),
    key: "folder/a b.txt",
    content: "hello",
    tags: { a: "1" },
  }),
  updates: [
    { content: "other" },
    { contentType: "text/plain", metadata: { x: "1" }, cacheControl: "no-store" },
    { tags: undefined },
  ],
  replaces: [{ key: "other" }],
  untold: ["content"],
  drift: {
    make: ({ context }, { inputs }) =>
      client(S3Client, context).send(
        new PutObjectCommand({
          Bucket: String(inputs.bucket),
          Key: String(inputs.key),
          Body: "changed",
          ContentType: "text/html",
          Metadata: { x: "1" },
          CacheControl: "no-store",
        }),
      ),
    expected: ["contentType"],
  },
};
describeLifecycle({ type: "aws:s3/bucketObjectv2:BucketObjectv2", ...objectLife });
describeLifecycle({ type: "aws:s3/bucketObject:BucketObject", ...objectLife });

describe("aws:s3/bucketObjectv2:BucketObjectv2 in a bucket with versions", () => {
  it("deletes all of its versions, so that the bucket can be deleted", async () => {
    const bench = await ProviderBench.start();
    try {
      const bucket = await bench.make("aws:s3/bucket:Bucket", {});
      const Bucket = String(bucket.outputs.bucket);
      const versioningConfiguration = { status: "Enabled" };
      await bench.make("aws:s3/bucketVersioning:BucketVersioning", {
        bucket: Bucket,
        versioningConfiguration,
      });
      const type = "aws:s3/bucketObjectv2:BucketObjectv2";
      const object = await bench.make(type, { bucket: Bucket, key: "a.txt", content: "1" });
      const s3 = client(S3Client, bench.context);
      await s3.send(new PutObjectCommand({ Bucket, Key: "a.txt", Body: "2" }));
      await bench.core.delete(type, object.id, object.inputs, object.outputs);
      const left = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      expect([left.Versions, left.DeleteMarkers]).to.deep.equal([undefined, undefined]);
    } finally {
      await bench.stop();
    }
  });
});
