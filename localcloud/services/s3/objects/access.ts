import { authorize } from "../../../access/authorize";
import { AwsError } from "../../../core/errors";
import type { AccessCheck, CallContext } from "../../../core/service";
import { noSuchBucket, s3Error } from "../errors";
import { effectivePolicy } from "../policies";
import type { Bucket, S3Store } from "../store";

export type Context = CallContext<S3Store>;
type Values = NonNullable<AccessCheck["context"]>;

/** Returns IAM's check of an action on an object. */
export function onObject(
  action: string,
  { Bucket: bucket, Key }: { Bucket: string; Key: string },
  { store }: Context,
  context: Values = {},
): AccessCheck {
  const found = store.buckets.get(bucket);
  return {
    action: `s3:${action}`,
    resource: `arn:aws:s3:::${bucket}/${Key}`,
    context,
    resourcePolicy: found && effectivePolicy(found),
  };
}

/** Returns IAM's check of an action on a bucket. */
export function onBucket(
  action: string,
  { Bucket: bucket, Prefix, Delimiter, MaxKeys }: ListRequest,
  { store }: Context,
): AccessCheck {
  const found = store.buckets.get(bucket);
  return {
    action: `s3:${action}`,
    resource: `arn:aws:s3:::${bucket}`,
    context: {
      ...(Prefix !== undefined && { "s3:prefix": Prefix }),
      ...(Delimiter !== undefined && { "s3:delimiter": Delimiter }),
      ...(MaxKeys !== undefined && { "s3:max-keys": String(MaxKeys) }),
    },
    resourcePolicy: found && effectivePolicy(found),
  };
}

/** Checks whether the caller may list the bucket. Asks IAM without recording a call. */
export function mayList({ Bucket }: { readonly Bucket: string }, context: Context): boolean {
  const { principal, region, clock, cloud } = context;
  const request = { region, now: clock.date(), service: "s3", deniedCode: "AccessDenied" };
  try {
    authorize(onBucket("ListBucket", { Bucket }, context), principal, cloud.identity, request);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

interface ListRequest {
  readonly Bucket: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number;
}

/** Returns the bucket of a request. Throws if it does not exist, or if its owner is not the expected one. */
export function bucketOf(
  { Bucket: name, ExpectedBucketOwner }: { Bucket: string; ExpectedBucketOwner?: string },
  { store, accountId }: Context,
): Bucket {
  const bucket = store.buckets.get(name);
  if (!bucket) throw noSuchBucket(name);
  if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== accountId)
    throw s3Error("AccessDenied", "Access Denied", 403);
  return bucket;
}
