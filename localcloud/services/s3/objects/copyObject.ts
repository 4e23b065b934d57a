import { refuseOptions } from "../../../core/errors";
import type { AccessCheck } from "../../../core/service";
import type { InputOf } from "../../../entities/api";
import type { Sdk } from "../api";
import { invalidArgument, invalidRequest, preconditionFailed } from "../errors";
import { notify } from "../notifications/notify";
import type { ObjectFacts, StoredObject } from "../store";
import { bucketOf, onObject, type Context } from "./access";
import { checkWrite } from "./conditions";
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
  if (bucket === undefined)
    throw invalidArgument("Invalid copy source object key", {
      ArgumentName: "x-amz-copy-source",
      ArgumentValue: header,
    });
  return {
    Bucket: decodeURIComponent(bucket),
    Key: decodeURIComponent(key),
    ...(VersionId !== undefined && { VersionId }),
  };
}

export function sourceAccess(header: string, context: Context): AccessCheck {
  const source = sourceOf(header);
  const action = source.VersionId === undefined ? "GetObject" : "GetObjectVersion";
  return onObject(action, source, context);
}

/** Returns the object to copy after checking the caller's conditions. */
export async function readSource(
  input: {
    readonly CopySource: string;
    readonly CopySourceIfMatch?: string;
    readonly CopySourceIfNoneMatch?: string;
  },
  context: Context,
): Promise<StoredObject> {
  const source = sourceOf(input.CopySource);
  const bucket = bucketOf(source, context);
  const object = objectOf(bucket, source);
  await checkMayDecrypt(bucket, source.Key, object, context);
  const etag = (text: string | undefined): string | undefined => text?.replaceAll('"', "");
  if (input.CopySourceIfMatch && etag(input.CopySourceIfMatch) !== etag(object.etag))
    throw preconditionFailed("x-amz-copy-source-If-Match");
  if (input.CopySourceIfNoneMatch && etag(input.CopySourceIfNoneMatch) === etag(object.etag))
    throw preconditionFailed("x-amz-copy-source-If-None-Match");
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
    const bucket = bucketOf(input, context);
    const { Key: key } = input;
    const original = await readSource(input, context);
    const replaced = input.MetadataDirective === "REPLACE";
    const itself = source.Bucket === bucket.name && source.Key === key;
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
    const encryption = await encrypt(bucket, key, facts, context);
    checkWrite(bucket.objects.current(key), key, input);
    const stored = store(
      bucket,
      key,
      {
        ...facts,
        dataKey: undefined,
        ...encryption,
        checksums: original.checksums,
        body: original.body,
        etag: original.etag,
        tags: input.TaggingDirective === "REPLACE" ? parseTagging(input.Tagging) : original.tags,
      },
      context,
    );
    await notify(bucket, { name: "ObjectCreated:Copy", key, object: stored }, context);
    const { ETag: _etag, ...rest } = written(bucket, stored);
    return {
      ...rest,
      CopySourceVersionId: source.VersionId,
      CopyObjectResult: { ETag: stored.etag, LastModified: stored.modifiedAt },
    };
  },
};
