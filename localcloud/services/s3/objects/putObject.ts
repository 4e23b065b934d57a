import { refuseOptions } from "../../../core/errors";
import type { AccessCheck } from "../../../core/service";
import type { InputOf } from "../../../entities/api";
import type { Sdk } from "../api";
import { checkAcl } from "../documents";
import { invalidArgument, s3Error } from "../errors";
import { notify } from "../notifications/notify";
import type { Bucket, ObjectFacts, StoredObject } from "../store";
import { bucketOf, onObject, type Context } from "./access";
import { md5, objectChecksums } from "./checksums";
import { checkWrite } from "./conditions";
import { encrypt } from "./encryption";
import { parseTagging } from "./tagging";

type Input = InputOf<Sdk, "PutObject">;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_KEY_BYTES = 1024;
const MAX_METADATA_BYTES = 2048;

/** Options of writes that this cloud does not support. */
export const ABSENT = [
  "ObjectLockMode",
  "ObjectLockRetainUntilDate",
  "ObjectLockLegalHoldStatus",
  "SSECustomerAlgorithm",
  "SSECustomerKey",
  "GrantFullControl",
  "GrantRead",
] as const;

export const putObject = {
  access: (input: Input, context: Context): AccessCheck[] => writeAccess(input, context),
  async run(input: Input, context: Context) {
    refuseOptions(input, [...ABSENT, "WriteOffsetBytes"], "s3:PutObject");
    const { Key: key } = input;
    checkAcl(bucketOf(input, context), input);
    // The codec provides the body as bytes.
    const body = Buffer.from((input.Body ?? "") as Uint8Array);
    const checksums = objectChecksums(body, { ...input });
    const facts = { ...factsOf(input), checksums };
    const encryption = await encrypt(bucketOf(input, context), key, facts, context);
    // Another request may have deleted the bucket meanwhile.
    const bucket = bucketOf(input, context);
    checkWrite(bucket.objects.current(key), key, input);
    const object = {
      ...facts,
      ...encryption,
      body,
      etag: `"${md5(body).toString("hex")}"`,
      tags: parseTagging(input.Tagging),
    };
    const stored = store(bucket, key, object, context);
    await notify(bucket, { name: "ObjectCreated:Put", key, object: stored }, context);
    return written(bucket, stored);
  },
};

/** Returns IAM's checks of a write, including those for the tags and ACL that it sets. */
export function writeAccess(
  input: {
    readonly Bucket: string;
    readonly Key: string;
    readonly ACL?: string;
    readonly Tagging?: string;
    readonly ServerSideEncryption?: string;
    readonly SSEKMSKeyId?: string;
    readonly StorageClass?: string;
    readonly IfNoneMatch?: string;
  },
  context: Context,
): AccessCheck[] {
  const header = (name: string, value: string | undefined): Record<string, string> =>
    value === undefined ? {} : { [name]: value };
  const values = {
    ...header("s3:x-amz-server-side-encryption", input.ServerSideEncryption),
    ...header("s3:x-amz-server-side-encryption-aws-kms-key-id", input.SSEKMSKeyId),
    ...header("s3:x-amz-acl", input.ACL),
    ...header("s3:x-amz-storage-class", input.StorageClass),
    ...header("s3:if-none-match", input.IfNoneMatch),
  };
  const actions = [
    "PutObject",
    ...(input.Tagging === undefined ? [] : ["PutObjectTagging"]),
    ...(input.ACL === undefined ? [] : ["PutObjectAcl"]),
  ];
  return actions.map((action) => onObject(action, input, context, values));
}

/** Returns the metadata in a request, which reads return again. */
export function factsOf(input: Partial<Input> & { readonly Key: string }): ObjectFacts {
  if (Buffer.byteLength(input.Key) > MAX_KEY_BYTES)
    throw s3Error("KeyTooLongError", "Your key is too long");
  const metadata = Object.entries(input.Metadata ?? {});
  const size = metadata.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > MAX_METADATA_BYTES)
    throw s3Error(
      "MetadataTooLarge",
      "Your metadata headers exceed the maximum allowed metadata size",
    );
  if (input.SSEKMSKeyId === "") throw invalidArgument("The KMS key id may not be empty.");
  return {
    ContentType: input.ContentType ?? "binary/octet-stream",
    ContentEncoding: input.ContentEncoding,
    ContentLanguage: input.ContentLanguage,
    ContentDisposition: input.ContentDisposition,
    CacheControl: input.CacheControl,
    Expires: input.Expires,
    WebsiteRedirectLocation: input.WebsiteRedirectLocation,
    Metadata: input.Metadata,
    StorageClass: input.StorageClass,
    ServerSideEncryption: input.ServerSideEncryption,
    SSEKMSKeyId: input.SSEKMSKeyId,
    BucketKeyEnabled: input.BucketKeyEnabled,
  };
}

/** Adds a version, which becomes the current one. */
export function store(
  { objects, versioning }: Bucket,
  key: string,
  object: Omit<StoredObject, "versionId" | "modifiedAt">,
  { clock }: Context,
): StoredObject {
  return objects.put(key, { ...object, modifiedAt: clock.date() }, versioning);
}

/** Returns the response members that all writes have in common. */
export function written({ versioning }: Bucket, object: StoredObject) {
  return {
    ETag: object.etag,
    ...object.checksums,
    ServerSideEncryption: object.ServerSideEncryption as "AES256",
    SSEKMSKeyId: object.SSEKMSKeyId,
    BucketKeyEnabled: object.BucketKeyEnabled,
    ...(versioning === "Enabled" && { VersionId: object.versionId }),
  };
}
