import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { nameOf } from "../../../retry";
import { DEFAULT_LIMITS, type ZipSource } from "../inspect/model";
import { windowed } from "../inspect/sources";
import { NO_VERSION, type Upload } from "../uploads/upload";
import { rejectedUpload } from "./problem";

export const deploymentOnlyModule = true;

/** A zip on the worker's disk, so that a large one needs no memory. */
export interface FetchedZip {
  readonly source: ZipSource;
  /** In base64, as Lambda returns it. */
  readonly sha256: string;
  /** S3 names no class for its default, STANDARD. */
  readonly storageClass: string | undefined;
  /** Deletes it from the disk. */
  remove(): void;
}

/**
 * Reads one version of a zip, once; returns undefined when that version was deleted.
 *
 * @param id makes the file name unique.
 */
export async function fetchZip(
  s3: S3Client,
  Bucket: string,
  { key, versionId, size }: Upload,
  id: string,
): Promise<FetchedZip | undefined> {
  // Without versions the next upload would replace the zip while Lambda reads it.
  if (versionId === NO_VERSION)
    throw rejectedUpload({
      code: "noVersion",
      message: `the bucket ${Bucket} kept no versions when the zip was uploaded`,
      fix: "upload the zip again; where that does not help, enable the versioning of the bucket",
    });
  const most = DEFAULT_LIMITS.zippedBytes;
  if (size > most)
    throw rejectedUpload({
      code: "tooLarge",
      message: `the zip has ${size} bytes, allowed are ${most}`,
      fix: "leave out what the app does not need",
    });
  const found = await unlessMissing(() =>
    s3.send(new GetObjectCommand({ Bucket, Key: key, VersionId: versionId })),
  );
  if (!found?.Body) return undefined;
  // In Node.js a body is a stream of chunks.
  const body = found.Body as AsyncIterable<Uint8Array>;
  return { ...(await save(body, join(tmpdir(), `${id}.zip`))), storageClass: found.StorageClass };
}

/**
 * Lambda cannot read code in place from these classes.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-self-managed-storage.html
 *
 * @throws a rejection for one of Glacier's storage classes.
 */
export function checkStorageClass(storageClass: string | undefined): void {
  if (!/^(GLACIER|DEEP_ARCHIVE)/.test(storageClass ?? "")) return;
  throw rejectedUpload({
    code: "storageClass",
    message: `the zip has the storage class ${storageClass}, from which Lambda cannot read code in place`,
    fix: "upload it without a storage class, or with any other than Glacier's",
  });
}

async function save(
  body: AsyncIterable<Uint8Array>,
  path: string,
): Promise<Omit<FetchedZip, "storageClass">> {
  // A new file that only this process can read.
  const file = openSync(path, "wx+", 0o600);
  const remove = (): void => {
    closeSync(file);
    rmSync(path, { force: true });
  };
  try {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of body) {
      hash.update(chunk);
      writeAll(file, chunk);
      size += chunk.byteLength;
    }
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    };
    return { source: windowed({ size, read }), sha256: hash.digest("base64"), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function writeAll(file: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.byteLength;) at += writeSync(file, chunk, at);
}

async function unlessMissing<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (/^(NoSuchKey|NoSuchVersion|NotFound)$/.test(nameOf(error))) return undefined;
    throw error;
  }
}
