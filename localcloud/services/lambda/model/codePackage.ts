import { createHash } from "node:crypto";
import { isAbsolute, normalize } from "node:path";
import { unzipSync } from "fflate";
import { AwsError } from "../../../core/errors";
import { invalidParameter } from "./errors";
import type { CodePackage } from "./model";

// Source of both limits: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MAX_ZIPPED_BYTES = 50 * 1024 * 1024;
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;

/** The request limit that AWS names: 50 MB in base64 within the JSON body. */
const MAX_REQUEST_BYTES = 69_905_067;

/** Checks an uploaded zip against AWS's limits without unpacking it. */
export function readCodePackage(zip: Uint8Array, operation: string): CodePackage {
  if (zip.length > MAX_ZIPPED_BYTES)
    throw new AwsError(
      "RequestEntityTooLargeException",
      `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the ${operation} operation`,
      { status: 413 },
    );
  if (zip.length === 0) throw invalidParameter("Uploaded file must be a non-empty zip");
  let unzipped = 0;
  try {
    unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        if (escapes(name)) throw new Error(`unsafe path ${name}`);
        unzipped += originalSize;
        return false;
      },
    });
  } catch {
    throw invalidParameter(
      "Could not unzip uploaded file. Please check your file, then try to upload again.",
    );
  }
  if (unzipped > MAX_UNZIPPED_BYTES)
    throw invalidParameter(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
  return { zip, sha256: createHash("sha256").update(zip).digest("base64") };
}

/** The files of a package that was checked, by path; folders left out. */
export function unzip(code: CodePackage): [path: string, bytes: Uint8Array][] {
  return Object.entries(unzipSync(code.zip)).filter(([path]) => !path.endsWith("/"));
}

function escapes(name: string): boolean {
  return isAbsolute(name) || normalize(name).split(/[\\/]/)[0] === "..";
}
