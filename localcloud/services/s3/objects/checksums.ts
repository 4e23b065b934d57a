import { createHash } from "node:crypto";
import { invalidRequest, s3Error } from "../errors";
import { crc32, crc32c, crc64nvme } from "./crc";

type Digest = (body: Buffer) => Buffer;

/** Algorithms by the member that contains the checksum in requests and responses. */
const ALGORITHMS: Readonly<Record<string, Digest>> = {
  ChecksumCRC32: crc32,
  ChecksumCRC32C: crc32c,
  ChecksumCRC64NVME: crc64nvme,
  ChecksumSHA1: (body) => createHash("sha1").update(body).digest(),
  ChecksumSHA256: (body) => createHash("sha256").update(body).digest(),
};

/** Checksum of an object, by the member for its algorithm, and `ChecksumType`: whether it is of all bytes or of parts. */
export type Checksums = Readonly<Record<string, string>>;

type Given = Readonly<Record<string, unknown>>;

export function md5(data: Buffer | string): Buffer {
  return createHash("md5").update(data).digest();
}

/**
 * Checks the digests of a request, and returns those that are stored as checksums.
 *
 * @throws InvalidDigest or InvalidRequest for a malformed digest, BadDigest for one that does not match the body.
 */
export function checkDigests(body: Buffer, given: Given): Checksums {
  const { ContentMD5 } = given;
  if (typeof ContentMD5 === "string") {
    if (Buffer.from(ContentMD5, "base64").length !== 16)
      throw s3Error("InvalidDigest", "The Content-MD5 you specified was invalid.");
    if (ContentMD5 !== md5(body).toString("base64"))
      throw s3Error("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  if (Object.keys(ALGORITHMS).filter((member) => given[member] !== undefined).length > 1)
    throw invalidRequest(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  const kept: Record<string, string> = {};
  for (const [member, digest] of Object.entries(ALGORITHMS)) {
    const value = given[member];
    if (typeof value !== "string") continue;
    const name = nameOf(member);
    const right = digest(body);
    if (Buffer.from(value, "base64").length !== right.length)
      throw invalidRequest(`Value for x-amz-checksum-${name.toLowerCase()} header is invalid.`);
    if (right.toString("base64") !== value) throw mismatch(name);
    kept[member] = value;
  }
  return kept;
}

/**
 * Returns the checksums of an object that was uploaded in one request: those in the request, or else the one that S3
 * computes.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function objectChecksums(body: Buffer, given: Given): Checksums {
  const checked = checkDigests(body, given);
  const none = Object.keys(checked).length === 0;
  return none ? wholeChecksum(body) : { ...checked, ChecksumType: "FULL_OBJECT" };
}

/** Returns which checksum an object has, as lists report it. */
export function checksumKind(checksums: Checksums | undefined): {
  ChecksumAlgorithm?: "CRC32"[];
  ChecksumType?: "FULL_OBJECT";
} {
  const { ChecksumType, ...values } = checksums ?? {};
  const names = Object.keys(values).map(nameOf);
  if (names.length === 0) return {};
  // The algorithms of stored checksums are those of the model.
  return {
    ChecksumAlgorithm: names as "CRC32"[],
    ChecksumType: ChecksumType as "FULL_OBJECT",
  };
}

/** Returns the checksum of all bytes by one algorithm. */
export function wholeChecksum(body: Buffer, algorithm = "CRC64NVME"): Checksums {
  const member = `Checksum${algorithm}`;
  return { [member]: ALGORITHMS[member](body).toString("base64"), ChecksumType: "FULL_OBJECT" };
}

/** A part of a multipart upload, as it is stored. */
interface StoredPart {
  readonly PartNumber: number;
  readonly body: Buffer;
}

/**
 * Returns the checksum of an object that was uploaded in parts: of its bytes, or of the checksums of its parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/tutorial-s3-mpu-additional-checksums.html
 *
 * @param wanted the parts as the client lists them, with their checksums.
 * @throws InvalidRequest or InvalidPart for a checksum of a part that is missing or wrong.
 */
export function multipartChecksums(
  { algorithm = "CRC64NVME", type }: { readonly algorithm?: string; readonly type?: string },
  parts: readonly StoredPart[],
  wanted: readonly Given[],
  body: Buffer,
): Checksums {
  const member = `Checksum${algorithm}`;
  const digest = ALGORITHMS[member];
  const ofParts =
    (type ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE")) === "COMPOSITE";
  const digests = parts.map((part) => (ofParts ? digest(part.body) : undefined));
  digests.forEach((right, index) => {
    if (!right) return;
    const given = wanted[index][member];
    const { PartNumber } = parts[index];
    if (given === undefined)
      throw invalidRequest(
        `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the ` +
          `checksum for each part. It was missing for part ${PartNumber} in the request.`,
      );
    if (given !== right.toString("base64")) throw invalidPart({ PartNumber });
  });
  const value = ofParts
    ? `${digest(Buffer.concat(digests as Buffer[])).toString("base64")}-${parts.length}`
    : digest(body).toString("base64");
  return { [member]: value, ChecksumType: ofParts ? "COMPOSITE" : "FULL_OBJECT" };
}

/** Checks the checksum of the whole object, if the client sends one when it completes an upload. */
export function checkWhole(given: Given, checksums: Checksums): void {
  for (const member of Object.keys(ALGORITHMS))
    if (given[member] !== undefined && checksums[member] !== undefined)
      if (given[member] !== checksums[member]) throw mismatch(nameOf(member));
}

export function invalidPart(fields: Record<string, unknown>): Error {
  return s3Error(
    "InvalidPart",
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    400,
    fields,
  );
}

function nameOf(member: string): string {
  return member.replace("Checksum", "");
}

function mismatch(name: string): Error {
  return s3Error("BadDigest", `The ${name} you specified did not match the calculated checksum.`);
}
