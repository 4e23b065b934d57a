import { invalidArgument, noSuchKey, noSuchVersion, s3Error } from "../errors";
import type { Bucket, StoredObject } from "../store";
import { isVersionId, NULL_VERSION } from "./versions";

interface Named {
  readonly Key: string;
  readonly VersionId?: string;
}

/**
 * Returns the object that a request names. Throws S3's error if it does not exist.
 *
 * @param method of the request, which the error for a delete marker names.
 */
export function objectOf(
  bucket: Bucket,
  { Key: key, VersionId }: Named,
  method: "GET" | "PUT" | "DELETE" = "GET",
): StoredObject {
  checkVersionId(bucket, VersionId);
  const found = bucket.objects.find(key, VersionId);
  if (!found) throw VersionId === undefined ? noSuchKey(key) : noSuchVersion(key, VersionId);
  if (!found.deleteMarker) return found;
  // A delete marker that is named by its version id cannot be read; without a version id the key does not exist.
  throw VersionId === undefined ? noSuchKey(key, MARKED) : markerNotAllowed(method);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html */
const MARKED = { "x-amz-delete-marker": "true" };

/** Returns the error for a request that a delete marker does not allow: it can only be deleted. */
export function markerNotAllowed(Method: string): Error {
  return s3Error(
    "MethodNotAllowed",
    "The specified method is not allowed against this resource.",
    405,
    { Method, ResourceType: "DeleteMarker" },
    { ...MARKED, allow: "DELETE" },
  );
}

/** Refuses a text that cannot be the id of a version of this bucket. */
export function checkVersionId({ versioning }: Bucket, versionId: string | undefined): void {
  if (versionId === undefined || versionId === NULL_VERSION) return;
  if (versioning === undefined || !isVersionId(versionId)) throw invalidVersionId(versionId);
}

export function invalidVersionId(versionId: string, ArgumentName = "versionId"): Error {
  return invalidArgument("Invalid version id specified", {
    ArgumentName,
    ArgumentValue: versionId,
  });
}
