import { AwsError, notImplemented, refuseOptions } from "../../../core/errors";
import type { AccessCheck } from "../../../core/service";
import type { InputOf } from "../../../entities/api";
import type { Sdk } from "../api";
import { acl } from "../documents";
import { accessDenied, s3Error } from "../errors";
import type { Bucket, StoredObject } from "../store";
import { bucketOf, mayList, onObject, type Context } from "./access";
import { checkRead } from "./conditions";
import { checkMayDecrypt } from "./encryption";
import { objectOf } from "./find";

type GetInput = InputOf<Sdk, "GetObject">;
type HeadInput = InputOf<Sdk, "HeadObject">;

export const getObject = {
  access: readAccess,
  async run(input: GetInput, context: Context) {
    const bucket = bucketOf(input, context);
    const object = await readable(bucket, input, context);
    const range = rangeOf(input.Range, object.body.length);
    const Body = range ? object.body.subarray(range.first, range.last + 1) : object.body;
    return {
      ...objectHeaders(bucket, object, input),
      ...(input.ChecksumMode === "ENABLED" && !range && object.checksums),
      ...lengthOf(object, range),
      // The codec writes bytes, while the SDK's type is a stream.
      Body: Body as never,
    };
  },
};

export const headObject = {
  access: readAccess,
  async run(input: HeadInput, context: Context) {
    const bucket = bucketOf(input, context);
    const object = await readable(bucket, input, context);
    const range = rangeOf(input.Range, object.body.length);
    return {
      ...objectHeaders(bucket, object, input),
      ...(input.ChecksumMode === "ENABLED" && !range && object.checksums),
      ...lengthOf(object, range),
    };
  },
};

export const getObjectAcl = {
  access: (input: InputOf<Sdk, "GetObjectAcl">, context: Context) => [
    onObject("GetObjectAcl", input, context),
  ],
  run(input: InputOf<Sdk, "GetObjectAcl">, context: Context) {
    objectOf(bucketOf(input, context), input);
    return acl(context.accountId);
  },
};

export const getObjectAttributes = {
  access: (input: InputOf<Sdk, "GetObjectAttributes">, context: Context) => [
    onObject("GetObject", input, context),
    onObject("GetObjectAttributes", input, context),
  ],
  run(input: InputOf<Sdk, "GetObjectAttributes">, context: Context) {
    const bucket = bucketOf(input, context);
    const object = objectOf(bucket, input);
    const wanted = new Set<string>(input.ObjectAttributes);
    return {
      LastModified: object.modifiedAt,
      ...(bucket.versioning && { VersionId: object.versionId }),
      ...(wanted.has("ETag") && { ETag: object.etag.replaceAll('"', "") }),
      ...(wanted.has("ObjectSize") && { ObjectSize: object.body.length }),
      ...(wanted.has("StorageClass") && {
        StorageClass: (object.StorageClass ?? "STANDARD") as "STANDARD",
      }),
      ...(wanted.has("Checksum") && object.checksums && { Checksum: object.checksums }),
      ...(wanted.has("ObjectParts") &&
        object.parts && { ObjectParts: { TotalPartsCount: object.parts } }),
    };
  },
};

function readAccess(input: GetInput | HeadInput, context: Context): AccessCheck[] {
  const action = input.VersionId === undefined ? "GetObject" : "GetObjectVersion";
  return [onObject(action, input, context)];
}

async function readable(
  bucket: Bucket,
  input: GetInput | HeadInput,
  context: Context,
): Promise<StoredObject> {
  refuseOptions(input, ["PartNumber", "SSECustomerAlgorithm"], "s3:GetObject");
  const object = visible(bucket, input, context);
  if (object.StorageClass === "GLACIER" || object.StorageClass === "DEEP_ARCHIVE")
    throw notImplemented("s3", "a read of an archived object");
  await checkMayDecrypt(bucket, input.Key, object, context);
  checkRead(object, input, context.clock.now());
  return object;
}

/**
 * Returns the object. Only callers who may list the bucket learn that a key is missing; others get AccessDenied.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
function visible(bucket: Bucket, input: GetInput | HeadInput, context: Context): StoredObject {
  try {
    return objectOf(bucket, input);
  } catch (error) {
    const missing = error instanceof AwsError && error.status === 404;
    throw missing && !mayList(input, context) ? accessDenied() : error;
  }
}

/** Returns all members of a read except the body. A signed request may override some of the headers. */
function objectHeaders({ versioning }: Bucket, object: StoredObject, input: GetInput | HeadInput) {
  const { ResponseContentType, ResponseContentDisposition, ResponseCacheControl } = input;
  const { ResponseContentEncoding, ResponseContentLanguage } = input;
  return {
    AcceptRanges: "bytes",
    LastModified: object.modifiedAt,
    ETag: object.etag,
    Metadata: object.Metadata,
    ContentType: ResponseContentType ?? object.ContentType,
    ContentDisposition: ResponseContentDisposition ?? object.ContentDisposition,
    ContentEncoding: ResponseContentEncoding ?? object.ContentEncoding,
    ContentLanguage: ResponseContentLanguage ?? object.ContentLanguage,
    CacheControl: ResponseCacheControl ?? object.CacheControl,
    ExpiresString: object.Expires?.toUTCString(),
    WebsiteRedirectLocation: object.WebsiteRedirectLocation,
    ServerSideEncryption: object.ServerSideEncryption as "AES256",
    SSEKMSKeyId: object.SSEKMSKeyId,
    BucketKeyEnabled: object.BucketKeyEnabled,
    StorageClass:
      object.StorageClass === "STANDARD" ? undefined : (object.StorageClass as "STANDARD_IA"),
    ...(versioning && { VersionId: object.versionId }),
    ...(object.tags.size > 0 && { TagCount: object.tags.size }),
    PartsCount: undefined,
  };
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Returns the members that describe the bytes of a response, or of the response to a GET of the same range. */
function lengthOf({ body }: StoredObject, range: Range | undefined) {
  if (!range) return { ContentLength: body.length };
  const { first, last } = range;
  return {
    ContentLength: last - first + 1,
    ContentRange: `bytes ${first}-${last}/${body.length}`,
  };
}

/**
 * Parses a single range of bytes. S3 ignores other ranges, except one that starts after the end: that is an error.
 */
function rangeOf(header: string | undefined, size: number): Range | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === undefined || (from === "" && to === "")) return undefined;
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (first >= size || (from === "" && Number(to) === 0))
    throw s3Error("InvalidRange", "The requested range is not satisfiable", 416, {
      RangeRequested: header,
      ActualObjectSize: size,
    });
  return last < first ? undefined : { first, last };
}
