import { AwsError } from "../../../core/errors";
import { noSuchKey, preconditionFailed, s3Error } from "../errors";
import type { StoredObject } from "../store";

interface ReadConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly IfModifiedSince?: Date;
  readonly IfUnmodifiedSince?: Date;
}

/**
 * Checks the conditions of a read. A date in the future is no valid `If-Modified-Since`, and is ignored.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3
 */
export function checkRead(
  { etag, modifiedAt }: StoredObject,
  conditions: ReadConditions,
  now: number,
): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const second = Math.floor(modifiedAt.getTime() / 1000) * 1000;
  if (IfMatch !== undefined && !matches(IfMatch, etag)) throw preconditionFailed("If-Match");
  if (IfMatch === undefined && IfUnmodifiedSince && second > IfUnmodifiedSince.getTime())
    throw preconditionFailed("If-Unmodified-Since");
  const since = IfModifiedSince?.getTime();
  const unmodified = since !== undefined && second <= since && since <= now;
  if (IfNoneMatch === undefined ? unmodified : matches(IfNoneMatch, etag))
    throw s3Error("NotModified", "Not Modified", 304);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function checkWrite(
  current: StoredObject | undefined,
  key: string,
  { IfMatch, IfNoneMatch }: { readonly IfMatch?: string; readonly IfNoneMatch?: string },
): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined)
    throw notAccepted("If-Match,If-None-Match");
  if (IfNoneMatch !== undefined && IfNoneMatch !== "*") throw notAccepted("If-None-Match");
  if (IfMatch === "*") throw notAccepted("If-Match");
  if (IfNoneMatch !== undefined && current) throw preconditionFailed("If-None-Match");
  if (IfMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!matches(IfMatch, current.etag)) throw preconditionFailed("If-Match");
}

function notAccepted(Header: string): AwsError {
  return s3Error(
    "NotImplemented",
    "A header you provided implies functionality that is not implemented",
    501,
    { Header },
  );
}

export interface CopyConditions {
  readonly CopySourceIfMatch?: string;
  readonly CopySourceIfNoneMatch?: string;
  readonly CopySourceIfModifiedSince?: Date;
  readonly CopySourceIfUnmodifiedSince?: Date;
}

/**
 * Checks the conditions of a copy. They are those of a read, but every failure is a 412.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export function checkCopy(source: StoredObject, conditions: CopyConditions, now: number): void {
  const given = {
    IfMatch: conditions.CopySourceIfMatch,
    IfNoneMatch: conditions.CopySourceIfNoneMatch,
    IfModifiedSince: conditions.CopySourceIfModifiedSince,
    IfUnmodifiedSince: conditions.CopySourceIfUnmodifiedSince,
  };
  try {
    checkRead(source, given, now);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const broken =
      error.fields.Condition ?? (given.IfNoneMatch ? "If-None-Match" : "If-Modified-Since");
    throw preconditionFailed(`x-amz-copy-source-${String(broken)}`);
  }
}

function matches(header: string, etag: string): boolean {
  return header
    .split(",")
    .map((one) => one.trim())
    .some((one) => one === "*" || one.replaceAll('"', "") === etag.replaceAll('"', ""));
}
