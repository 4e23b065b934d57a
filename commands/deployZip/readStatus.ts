import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { UploadStatus } from "../../callbacks/delivery/zipToLambdaPipeline/report/status";

/** Returns the pipeline's status of the newest upload of a key; undefined if there is none yet. */
export async function readStatus(
  s3: S3Client,
  Bucket: string,
  Key: string,
): Promise<UploadStatus | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? "null") as UploadStatus;
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return undefined;
    throw error;
  }
}

/** Checks whether an upload is the newest of its key. */
export async function isNewest(
  s3: S3Client,
  { Bucket, Key, VersionId }: Record<"Bucket" | "Key" | "VersionId", string>,
): Promise<boolean> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket, Key }))).VersionId === VersionId;
  } catch (error) {
    // It was deleted in the meantime.
    if ((error as Error).name === "NotFound") return false;
    throw error;
  }
}
