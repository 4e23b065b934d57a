import { refuseOptions } from "../../../core/errors";
import type { AccessCheck } from "../../../core/service";
import type { InputOf } from "../../../entities/api";
import type { Sdk } from "../api";
import { invalidArgument, invalidRequest } from "../errors";
import { notify } from "../notifications/notify";
import type { ObjectFacts, StoredObject } from "../store";
import { bucketOf, onObject, type Context } from "./access";
import { md5, wholeChecksum } from "./checksums";
import { checkCopy, checkWrite, type CopyConditions } from "./conditions";
import { checkMayDecrypt, encrypt } from "./encryption";
import { objectOf } from "./find";
import { ABSENT, factsOf, store, writeAccess, written } from "./putObject";
import { parseTagging } from "./tagging";

type Input = InputOf<Sdk, "CopyObject">;

/** The object that `x-amz-copy-source` names. */
export interface Source {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/** Parses `bucket/key?versionId=id`, percent-encoded, with or without a leading slash. */
export function sourceOf(header: string): Source {
  const [, bucket, key, VersionId] =
    /^\/?([^/]+)\/(.+?)(?:\?versionId=([^&]+))?$/s.exec(header) ?? [];
  const [Bucket, Key] = [bucket, key].map(decoded);
  if (Bucket === undefined || Key === undefined)
    throw invalidArgument("Invalid copy source object key", {
      ArgumentName: "x-amz-copy-source",
      ArgumentValue: header,
    });
  return { Bucket, Key, ...(VersionId !== undefined && { VersionId }) };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export function sourceAccess(header: string, context: Context): AccessCheck {
  const source = sourceOf(header);
  const action = source.VersionId === undefined ? "GetObject" : "GetObjectVersion";
  return onObject(action, source, context);
}

/** Returns the object to copy after checking the caller's conditions. */
export async function readSource(
  input: CopyConditions & { readonly CopySource: string },
  context: Context,
): Promise<StoredObject> {
  const source = sourceOf(input.CopySource);
  const bucket = bucketOf(source, context);
  const object = objectOf(bucket, source);
  await checkMayDecrypt(bucket, source.Key, object, context);
  checkCopy(object, input, context.clock.now());
  return object;
}

export const copyObject = {
  access: (input: Input, context: Context): AccessCheck[] => [
    sourceAccess(input.CopySource, context),
    ...writeAccess(input, context),
  ],
  async run(input: Input, context: Context) {
    refuseOptions(input, ABSENT, "s3:CopyObject");
    const source = sourceOf(input.CopySource);
    const target = bucketOf(input, context);
    const { Key: key } = input;
    const original = await readSource(input, context);
    const replaced = input.MetadataDirective === "REPLACE";
    const itself = source.Bucket === target.name && source.Key === key;
    const changed =
      replaced || input.StorageClass || input.ServerSideEncryption || source.VersionId;
    if (itself && !changed)
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    const given = factsOf(input);
    const facts: ObjectFacts = replaced
      ? given
      : {
          ...original,
          StorageClass: given.StorageClass,
          ServerSideEncryption: given.ServerSideEncryption,
          SSEKMSKeyId: given.SSEKMSKeyId,
        };
    const encryption = await encrypt(target, key, facts, context);
    // Another request may have deleted the bucket meanwhile.
    const bucket = bucketOf(input, context);
    checkWrite(bucket.objects.current(key), key, input);
    const stored = store(
      bucket,
      key,
      {
        ...facts,
        dataKey: undefined,
        ...encryption,
        checksums: copiedChecksums(original, input.ChecksumAlgorithm),
        body: original.body,
        // A copy is one piece, even if its source was uploaded in parts.
        etag: `"${md5(original.body).toString("hex")}"`,
        parts: undefined,
        tags: input.TaggingDirective === "REPLACE" ? parseTagging(input.Tagging) : original.tags,
      },
      context,
    );
    await notify(bucket, { name: "ObjectCreated:Copy", key, object: stored }, context);
    const { checksums } = stored;
    return {
      ...written(bucket, { ...stored, checksums: undefined }),
      // The response has it only in CopyObjectResult.
      ETag: undefined,
      CopySourceVersionId: source.VersionId,
      CopyObjectResult: { ETag: stored.etag, LastModified: stored.modifiedAt, ...checksums },
    };
  },
};

/** Returns the checksums of all bytes of a copy, by the algorithm of the request, or else of the source. */
function copiedChecksums({ body, checksums = {} }: StoredObject, wanted: string | undefined) {
  const same = checksums.ChecksumType === "FULL_OBJECT" && wanted === undefined;
  const member = Object.keys(checksums).find((name) => name !== "ChecksumType");
  return same ? checksums : wholeChecksum(body, wanted ?? member?.replace("Checksum", ""));
}
