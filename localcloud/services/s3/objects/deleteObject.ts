import { AwsError } from "../../../core/errors";
import type { AccessCheck } from "../../../core/service";
import type { InputOf } from "../../../entities/api";
import type { Sdk } from "../api";
import { malformedXml, noSuchVersion } from "../errors";
import { notify } from "../notifications/notify";
import type { Bucket } from "../store";
import { bucketOf, onObject, type Context } from "./access";
import { checkWrite } from "./conditions";
import { checkVersionId } from "./find";

interface Removal {
  readonly Key: string;
  readonly VersionId?: string;
}

export const deleteObject = {
  access: (input: InputOf<Sdk, "DeleteObject">, context: Context): AccessCheck[] => [
    removalAccess(input.Bucket, input, context),
  ],
  run(input: InputOf<Sdk, "DeleteObject">, context: Context) {
    const bucket = bucketOf(input, context);
    checkVersionId(bucket, input.VersionId);
    if (input.IfMatch !== undefined)
      checkWrite(bucket.objects.current(input.Key), input.Key, { IfMatch: input.IfMatch });
    return remove(bucket, input, context);
  },
};

export const deleteObjects = {
  access: (input: InputOf<Sdk, "DeleteObjects">, context: Context): AccessCheck[] =>
    input.Delete.Objects.map((one) => removalAccess(input.Bucket, one, context)),
  async run(input: InputOf<Sdk, "DeleteObjects">, context: Context) {
    const bucket = bucketOf(input, context);
    const { Objects, Quiet } = input.Delete;
    if (Objects.length === 0 || Objects.length > 1000) throw malformedXml();
    const Deleted = [];
    const Errors = [];
    for (const { Key, VersionId } of Objects) {
      try {
        // The deletion of one object ignores a version that does not exist; the deletion of several reports it.
        if (VersionId !== undefined && !bucket.objects.find(Key, VersionId))
          throw noSuchVersion(Key, VersionId);
        const removed = await remove(bucket, { Key, VersionId }, context);
        const marker = removed.DeleteMarker && {
          DeleteMarker: true,
          DeleteMarkerVersionId: removed.VersionId,
        };
        Deleted.push({ Key, VersionId, ...marker });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
      }
    }
    return { ...(!Quiet && { Deleted }), Errors };
  },
};

function removalAccess(bucket: string, { Key, VersionId }: Removal, context: Context): AccessCheck {
  const action = VersionId === undefined ? "DeleteObject" : "DeleteObjectVersion";
  return onObject(action, { Bucket: bucket, Key }, context);
}

/** Deletes an object. Succeeds if it does not exist. */
async function remove(
  bucket: Bucket,
  { Key: key, VersionId }: Removal,
  context: Context,
): Promise<{ VersionId?: string; DeleteMarker?: boolean }> {
  const { objects, versioning } = bucket;
  if (VersionId !== undefined) {
    const removed = objects.removeVersion(key, VersionId);
    if (removed)
      await notify(bucket, { name: "ObjectRemoved:Delete", key, versionId: VersionId }, context);
    return { VersionId, ...(removed?.deleteMarker && { DeleteMarker: true }) };
  }
  const existed = objects.current(key) !== undefined;
  const marker = objects.remove(key, versioning, context.clock.date());
  if (!marker) {
    if (existed) await notify(bucket, { name: "ObjectRemoved:Delete", key }, context);
    return {};
  }
  const { versionId } = marker;
  await notify(bucket, { name: "ObjectRemoved:DeleteMarkerCreated", key, versionId }, context);
  return { VersionId: versionId, DeleteMarker: true };
}
