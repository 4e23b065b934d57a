import { noSuchKey, s3Error } from "../errors";
import type { Bucket, StoredObject } from "../store";

/** The object that a request names; throws what S3 answers where there is none. */
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
  // A marker that is named by its version cannot be read; else it stands for nothing.
  if (VersionId === undefined) throw noSuchKey(key);
  throw s3Error(
    "MethodNotAllowed",
    "The specified method is not allowed against this resource.",
    405,
  );
}
