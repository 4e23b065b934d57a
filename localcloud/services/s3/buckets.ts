import { api } from "./api";
import { createBucket } from "./createBucket";
import { noSuchBucket, s3Error } from "./errors";
import { effectivePolicy } from "./policies";
import type { Bucket, S3Store } from "./store";

/** Definitions that all tables of bucket operations share. */
export const kind = {
  all: (store: S3Store) => store.buckets,
  arn: (name: string) => `arn:aws:s3:::${name}`,
  notFound: noSuchBucket,
  policy: effectivePolicy,
};

export const buckets = api.entity<Bucket>({
  ...kind,
  operations: {
    CreateBucket: { names: "Bucket", does: createBucket },
    HeadBucket: {
      on: "Bucket",
      action: "ListBucket",
      notFound: () => s3Error("NotFound", "Not Found", 404),
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
      besides: ({ Prefix }, { accountId }) => ({ Owner: { ID: accountId }, Prefix }),
    },
    GetBucketLocation: {
      on: "Bucket",
      // S3 does not report the name of the first region, us-east-1.
      run: ({ region }) => ({
        LocationConstraint: region === "us-east-1" ? undefined : (region as "eu-west-1"),
      }),
    },
  },
});
