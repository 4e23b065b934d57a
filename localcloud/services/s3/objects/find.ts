import { noSuchKey, s3Error } from "../errors";
import type { Bucket, StoredObject } from "../store";

/** Returns the object that a request names. Throws S3's error if it does not exist. */
export function objectOf(
  { objects }: Bucket,
  { Key: key, VersionId }: { readonly Key: string; readonly VersionId?: string },
): StoredObject {
  const found = objects.find(key, VersionId);
  if (!found && VersionId !== undefined)
    throw s3Error("NoSuchVersion", "The specified version does not exist.", 404, {
      Key: key,
      VersionId,
    });
  if (!found) throw noSuchKey(key);
  if (!found.deleteMarker) return found;
  // A delete marker that is named by its version id cannot be read; without a version id the key does not exist.
  if (VersionId === undefined) throw noSuchKey(key);
  throw s3Error(
    "MethodNotAllowed",
    "The specified method is not allowed against this resource.",
    405,
  );
}
