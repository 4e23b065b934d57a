import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ZipSource } from "./model";

export const deploymentOnlyModule = true;

/** Bytes per request: few requests, and constant memory. */
const WINDOW = 1024 * 1024;

/** Number of cached windows: the central directory and the files are read in turns. */
const WINDOWS = 3;

/** Creates a source from an archive in memory. */
export function bytesSource(bytes: Uint8Array): ZipSource {
  return {
    size: bytes.byteLength,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** Creates a source from one version of an object of a bucket, read by ranges of 1 MiB. */
export function objectSource(
  s3: S3Client,
  object: { readonly bucket: string; readonly key: string; readonly versionId?: string },
  size: number,
): ZipSource {
  return windowed({
    size,
    read: async (offset, length) => {
      const answer = await s3.send(
        new GetObjectCommand({
          Bucket: object.bucket,
          Key: object.key,
          ...(object.versionId === undefined ? {} : { VersionId: object.versionId }),
          Range: `bytes=${offset}-${offset + length - 1}`,
        }),
      );
      return answer.Body?.transformToByteArray() ?? new Uint8Array();
    },
  });
}

/** Wraps a source so that it is read in whole windows, of which the last few are cached. */
export function windowed(source: ZipSource): ZipSource {
  const kept = new Map<number, Promise<Uint8Array>>();
  const windowAt = (index: number): Promise<Uint8Array> => {
    const known = kept.get(index);
    kept.delete(index);
    const start = index * WINDOW;
    const bytes = known ?? source.read(start, Math.min(WINDOW, source.size - start));
    kept.set(index, bytes);
    // The first key is the least recently used one.
    for (const oldest of kept.keys()) if (kept.size > WINDOWS) kept.delete(oldest);
    return bytes;
  };
  return {
    size: source.size,
    async read(offset, length) {
      const parts: Uint8Array[] = [];
      for (let at = offset; at < offset + length;) {
        const start = Math.floor(at / WINDOW) * WINDOW;
        const bytes = await windowAt(start / WINDOW);
        const part = bytes.subarray(at - start, offset + length - start);
        if (part.length === 0) break;
        parts.push(part);
        at += part.length;
      }
      return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    },
  };
}
