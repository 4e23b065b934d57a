import { refuseOptions } from "../../core/errors";
import type { CallContext } from "../../core/service";
import { checkAcl, OWNER_ENFORCED } from "./documents";
import { s3Error } from "./errors";
import { Versions } from "./objects/versions";
import { BLOCK_ALL } from "./policies";
import type { Bucket, S3Store } from "./store";

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

export function createBucket(
  input: CreateInput,
  context: CallContext<S3Store>,
): { Location: string } {
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
  // In us-east-1, creating a bucket that the caller already owns changes nothing.
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
