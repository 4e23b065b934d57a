import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import { s3Error } from "../errors";

/** Checksum algorithms for objects. S3 verifies and stores checksums that clients send. */
const ALGORITHMS: Readonly<Record<string, ((body: Buffer) => Buffer) | undefined>> = {
  ChecksumCRC32: (body) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(zlib.crc32(body));
    return value;
  },
  ChecksumSHA1: (body) => createHash("sha1").update(body).digest(),
  ChecksumSHA256: (body) => createHash("sha256").update(body).digest(),
  // Stored without verification.
  ChecksumCRC32C: undefined,
  ChecksumCRC64NVME: undefined,
};

export function md5(data: Buffer | string): Buffer {
  return createHash("md5").update(data).digest();
}

/** Returns the checksums of a request. @throws BadDigest for a checksum that does not match the body. */
export function checkDigests(
  body: Buffer,
  given: Readonly<Record<string, unknown>> & { readonly ContentMD5?: string },
): Record<string, string> {
  if (given.ContentMD5 !== undefined && given.ContentMD5 !== md5(body).toString("base64"))
    throw s3Error("BadDigest", "The Content-MD5 you specified did not match what we received.");
  const kept: Record<string, string> = {};
  for (const [member, digest] of Object.entries(ALGORITHMS)) {
    const value = given[member];
    if (typeof value !== "string") continue;
    if (digest && digest(body).toString("base64") !== value)
      throw s3Error(
        "BadDigest",
        `The ${member.replace("Checksum", "")} you specified did not match the calculated checksum.`,
      );
    kept[member] = value;
  }
  return kept;
}
