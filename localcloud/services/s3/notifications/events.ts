import type { Bucket } from "../store";
import type { ObjectEvent } from "./notify";

/** An event with all the data that S3 reports about it. */
export interface NotificationEvent extends ObjectEvent {
  readonly bucket: Bucket;
  readonly time: Date;
  readonly sequencer: string;
  readonly requestId: string;
  readonly principalId: string;
  readonly accountId: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function record(happening: NotificationEvent, configurationId: string): object {
  const { bucket, key, object, name, time, requestId, principalId, accountId } = happening;
  const versionId = versionOf(happening);
  return {
    eventVersion: name.startsWith("ObjectTagging:") ? "2.3" : "2.1",
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: time.toISOString(),
    eventName: name,
    userIdentity: { principalId: `AWS:${principalId}` },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": requestId, "x-amz-id-2": "localcloud" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: accountId },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        key: formEncoded(key),
        ...(object && { size: object.body.length, eTag: object.etag.replaceAll('"', "") }),
        ...(versionId !== undefined && { versionId }),
        sequencer: happening.sequencer,
      },
    },
  };
}

/** EventBridge's name for each event, and its reason. */
const ON_BUS: readonly (readonly [name: string, type: string, extra: object])[] = [
  ["ObjectCreated:Put", "Object Created", { reason: "PutObject" }],
  ["ObjectCreated:Copy", "Object Created", { reason: "CopyObject" }],
  [
    "ObjectCreated:CompleteMultipartUpload",
    "Object Created",
    { reason: "CompleteMultipartUpload" },
  ],
  [
    "ObjectRemoved:Delete",
    "Object Deleted",
    { reason: "DeleteObject", "deletion-type": "Permanently Deleted" },
  ],
  [
    "ObjectRemoved:DeleteMarkerCreated",
    "Object Deleted",
    { reason: "DeleteObject", "deletion-type": "Delete Marker Created" },
  ],
  ["ObjectTagging:Put", "Object Tags Added", {}],
  ["ObjectTagging:Delete", "Object Tags Deleted", {}],
];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function busDetail(
  happening: NotificationEvent,
): { type: string; detail: object } | undefined {
  const { bucket, key, object, requestId, accountId } = happening;
  const found = ON_BUS.find(([name]) => name === happening.name);
  if (!found) return undefined;
  const [, type, extra] = found;
  const versionId = versionOf(happening);
  return {
    type,
    detail: {
      version: "0",
      bucket: { name: bucket.name },
      object: {
        // Unlike in other notifications, the key is not encoded here.
        key,
        ...(object && { size: object.body.length, etag: object.etag.replaceAll('"', "") }),
        ...(versionId !== undefined && { "version-id": versionId }),
        sequencer: happening.sequencer,
      },
      "request-id": requestId,
      requester: accountId,
      "source-ip-address": "127.0.0.1",
      ...extra,
    },
  };
}

function versionOf({ bucket, object, versionId }: NotificationEvent): string | undefined {
  return bucket.versioning === undefined ? undefined : (object?.versionId ?? versionId);
}

/** Encodes a key as S3 does: like an HTML form, except that `/` stays as it is. */
function formEncoded(key: string): string {
  return new URLSearchParams([["", key]]).toString().slice(1).replaceAll("%2F", "/");
}
