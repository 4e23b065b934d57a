import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { statusKeyOf } from "../uploads/appName";
import type { Upload } from "../uploads/upload";

export const deploymentOnlyModule = true;

export type UploadState = "queued" | "building" | "verifying" | "deployed" | "rejected" | "removed";

/** `status/<key>.json`: the progress of the newest upload of a key. */
export interface UploadStatus {
  readonly state: UploadState;
  readonly key: string;
  /** Version id of the upload; empty for an app that was removed manually. */
  readonly versionId: string;
  /** ISO time. */
  readonly at: string;
  readonly app: string;
  /** Absent where the key names no app. */
  readonly functionName?: string;
  /** What kind of app it is, and how Lambda runs it. */
  readonly kind?: string;
  readonly runtime?: string;
  readonly handler?: string;
  /** The function's version, if there is one. */
  readonly version?: string;
  /** The version that LIVE serves. */
  readonly live?: string;
  /** URL of LIVE, with `http: "functionUrl"`. */
  readonly url?: string;
  /** Why it is rejected, and how to fix it. */
  readonly code?: string;
  readonly reason?: string;
  readonly fix?: string;
  /** Last lines of the build's output. */
  readonly buildOutput?: string;
  readonly notes?: readonly string[];
  /** Location of the worker's log of the upload. */
  readonly log?: LogPlace;
}

export interface LogPlace {
  readonly group: string;
  readonly stream: string;
  readonly requestId: string;
  readonly url: string;
}

export async function writeStatus(
  s3: S3Client,
  Bucket: string,
  status: UploadStatus,
): Promise<void> {
  const Key = statusKeyOf(status.key);
  if (Key === undefined) return;
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key,
      Body: JSON.stringify(status, null, 2),
      ContentType: "application/json",
    }),
  );
}

export function statusOf(
  { key, versionId }: Pick<Upload, "key" | "versionId">,
  state: UploadState,
  now: number,
  more: Partial<UploadStatus> & Pick<UploadStatus, "app">,
): UploadStatus {
  return { state, key, versionId, at: new Date(now).toISOString(), ...more };
}

/** Creates a link to the log in the console, which encodes parts of its URL twice. */
export function logPlace(
  { logGroupName: group = "", logStreamName: stream = "", awsRequestId: requestId = "" },
  region: string,
): LogPlace {
  const part = (text: string): string =>
    encodeURIComponent(encodeURIComponent(text)).replaceAll("%", "$");
  const url =
    `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}` +
    `#logsV2:log-groups/log-group/${part(group)}/log-events/${part(stream)}`;
  return { group, stream, requestId, url };
}
