import { createHash } from "node:crypto";
import { isAbsolute, normalize } from "node:path";
import { unzipSync } from "fflate";
import { AwsError } from "../../../core/errors";
import { invalidParameter } from "./errors";
import type { CodePackage } from "./model";

// Source of both limits: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MAX_ZIPPED_BYTES = 50 * 1024 * 1024;
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;

/** Maximum size of a request that AWS states: 50 MB in base64 within the JSON body. */
const MAX_REQUEST_BYTES = 69_905_067;

/**
 * Checks a zip against AWS's limits without unpacking it.
 *
 * @param from where the zip comes from. A zip from a bucket may be as large as the limit for its unpacked files; an
 * upload has a lower limit.
 */
export function readCodePackage(
  zip: Uint8Array,
  from: { readonly operation: string; readonly fromBucket?: boolean },
): CodePackage {
  const { operation, fromBucket = false } = from;
  if (!fromBucket && zip.length > MAX_ZIPPED_BYTES)
    throw new AwsError(
      "RequestEntityTooLargeException",
      `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the ${operation} operation`,
      { status: 413 },
    );
  if (zip.length === 0) throw invalidParameter("Uploaded file must be a non-empty zip");
  let unzipped = 0;
  try {
    const names: string[] = [];
    unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        names.push(name);
        unzipped += originalSize;
        return false;
      },
    });
    if (!canUnpack(names)) throw new Error("A path in the zip cannot be unpacked.");
  } catch {
    throw invalidParameter(
      "Could not unzip uploaded file. Please check your file, then try to upload again.",
    );
  }
  if (unzipped > MAX_UNZIPPED_BYTES)
    throw invalidParameter(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
  return { zip, sha256: createHash("sha256").update(zip).digest("base64") };
}

/** Returns the files of a checked package with their paths, without folders. */
export function unzip(code: CodePackage): [path: string, bytes: Uint8Array][] {
  return Object.entries(unzipSync(code.zip)).filter(([path]) => !path.endsWith("/"));
}

/** Longest file name and longest path on Linux in bytes, with room for a prefix such as `/var/task/`. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 3840;

/**
 * Checks whether files with these names can be unpacked into one folder: no name is too long, no file is also a
 * folder.
 */
function canUnpack(names: readonly string[]): boolean {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const name of names) {
    if (name.includes("\0") || isAbsolute(name)) return false;
    const path = normalize(name);
    const parts = path.split(/[\\/]/);
    if (parts[0] === ".." || Buffer.byteLength(path) > MAX_PATH_BYTES) return false;
    if (parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES)) return false;
    for (let end = 1; end < parts.length; end += 1) folders.add(parts.slice(0, end).join("/"));
    if (parts[parts.length - 1] !== "") files.add(parts.join("/"));
  }
  return !files.has(".") && ![...files].some((file) => folders.has(file));
}
