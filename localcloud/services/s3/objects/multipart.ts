import { randomBytes } from "node:crypto";
import { refuseOptions } from "../../../core/errors";
import type { InputOf } from "../../../entities/api";
import type { Sdk } from "../api";
import { invalidArgument, s3Error } from "../errors";
import { notify } from "../notifications/notify";
import type { Bucket, Part, Upload } from "../store";
import { bucketOf, onObject, type Context } from "./access";
import { checkDigests, checkWhole, invalidPart, md5, multipartChecksums } from "./checksums";
import { checkWrite } from "./conditions";
import { readSource, sourceAccess } from "./copyObject";
import { encrypt } from "./encryption";
import { ABSENT, factsOf, store, writeAccess, written } from "./putObject";
import { parseTagging } from "./tagging";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

export const createMultipartUpload = {
  access: (input: InputOf<Sdk, "CreateMultipartUpload">, context: Context) =>
    writeAccess(input, context),
  run(input: InputOf<Sdk, "CreateMultipartUpload">, context: Context) {
    refuseOptions(input, ABSENT, "s3:CreateMultipartUpload");
    const bucket = bucketOf(input, context);
    const id = randomBytes(48).toString("base64url");
    const facts = { ...factsOf(input), tags: parseTagging(input.Tagging) };
    const startedAt = context.clock.date();
    const checksum = { algorithm: input.ChecksumAlgorithm, type: input.ChecksumType };
    const upload = { id, key: input.Key, startedAt, facts, checksum, parts: new Map() };
    bucket.uploads.set(id, upload);
    return {
      Bucket: bucket.name,
      Key: input.Key,
      UploadId: id,
      ServerSideEncryption: input.ServerSideEncryption,
      ChecksumAlgorithm: input.ChecksumAlgorithm,
      ChecksumType: input.ChecksumType,
    };
  },
};

export const uploadPart = {
  access: (input: InputOf<Sdk, "UploadPart">, context: Context) => [
    onObject("PutObject", input, context),
  ],
  run(input: InputOf<Sdk, "UploadPart">, context: Context) {
    // The codec provides the body as bytes.
    const body = Buffer.from((input.Body ?? "") as Uint8Array);
    const checksums = checkDigests(body, { ...input });
    const part = addPart(
      uploadOf(bucketOf(input, context), input),
      input.PartNumber,
      body,
      context,
    );
    return { ETag: part.ETag, ...checksums };
  },
};

export const uploadPartCopy = {
  access: (input: InputOf<Sdk, "UploadPartCopy">, context: Context) => [
    sourceAccess(input.CopySource, context),
    onObject("PutObject", input, context),
  ],
  async run(input: InputOf<Sdk, "UploadPartCopy">, context: Context) {
    uploadOf(bucketOf(input, context), input);
    const source = await readSource(input, context);
    // Another request may have completed or aborted the upload meanwhile.
    const upload = uploadOf(bucketOf(input, context), input);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(input.CopySourceRange ?? "") ?? [];
    if (input.CopySourceRange !== undefined && !(Number(from) <= Number(to)))
      throw copyRange(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
        input.CopySourceRange,
      );
    if (Number(to) >= source.body.length)
      throw copyRange(
        `Range specified is not valid for source object of size: ${source.body.length}`,
        input.CopySourceRange,
      );
    const body =
      from === undefined ? source.body : source.body.subarray(Number(from), Number(to) + 1);
    const part = addPart(upload, input.PartNumber, body, context);
    return { CopyPartResult: { ETag: part.ETag, LastModified: part.modifiedAt } };
  },
};

function copyRange(message: string, ArgumentValue: string | undefined): Error {
  return invalidArgument(message, { ArgumentName: "x-amz-copy-source-range", ArgumentValue });
}

export const completeMultipartUpload = {
  access: (input: InputOf<Sdk, "CompleteMultipartUpload">, context: Context) => [
    onObject("PutObject", input, context),
  ],
  async run(input: InputOf<Sdk, "CompleteMultipartUpload">, context: Context) {
    const { Key: key } = input;
    const before = bucketOf(input, context);
    const encryption = await encrypt(before, key, uploadOf(before, input).facts, context);
    // Nothing is awaited from here on: of two concurrent requests only one completes the upload.
    const bucket = bucketOf(input, context);
    const upload = uploadOf(bucket, input);
    const wanted = input.MultipartUpload?.Parts ?? [];
    const parts = chosenParts(upload, wanted);
    const body = Buffer.concat(parts.map((part) => part.body));
    const checksums = multipartChecksums(
      upload.checksum,
      parts,
      wanted.map((one) => ({ ...one })),
      body,
    );
    checkWhole({ ...input }, checksums);
    checkWrite(bucket.objects.current(key), key, input);
    const digest = md5(Buffer.concat(parts.map((part) => md5(part.body)))).toString("hex");
    const object = {
      ...upload.facts,
      ...encryption,
      body,
      checksums,
      etag: `"${digest}-${parts.length}"`,
      parts: parts.length,
    };
    const stored = store(bucket, key, object, context);
    bucket.uploads.delete(upload.id);
    const name = "ObjectCreated:CompleteMultipartUpload";
    await notify(bucket, { name, key, object: stored }, context);
    const Location = `${context.cloud.endpoint}/${bucket.name}/${encodeURIComponent(key)}`;
    return { ...written(bucket, stored), Bucket: bucket.name, Key: key, Location };
  },
};

export const abortMultipartUpload = {
  access: (input: InputOf<Sdk, "AbortMultipartUpload">, context: Context) => [
    onObject("AbortMultipartUpload", input, context),
  ],
  run(input: InputOf<Sdk, "AbortMultipartUpload">, context: Context) {
    const bucket = bucketOf(input, context);
    bucket.uploads.delete(uploadOf(bucket, input).id);
  },
};

export const listParts = {
  access: (input: InputOf<Sdk, "ListParts">, context: Context) => [
    onObject("ListMultipartUploadParts", input, context),
  ],
  run(input: InputOf<Sdk, "ListParts">, context: Context) {
    const { key, id, parts } = uploadOf(bucketOf(input, context), input);
    const { MaxParts: max = 1000 } = input;
    const rest = [...parts.values()]
      .filter(({ PartNumber }) => PartNumber > Number(input.PartNumberMarker ?? 0))
      .sort((a, b) => a.PartNumber - b.PartNumber);
    const page = rest.slice(0, max);
    return {
      Bucket: input.Bucket,
      Key: key,
      UploadId: id,
      MaxParts: max,
      IsTruncated: rest.length > page.length,
      ...(rest.length > page.length && { NextPartNumberMarker: String(page.at(-1)?.PartNumber) }),
      Parts: page.map(({ PartNumber, ETag, body, modifiedAt }) => ({
        PartNumber,
        ETag,
        Size: body.length,
        LastModified: modifiedAt,
      })),
    };
  },
};

function uploadOf(
  { uploads }: Bucket,
  { UploadId, Key }: { readonly UploadId: string; readonly Key: string },
): Upload {
  const upload = uploads.get(UploadId);
  if (!upload || upload.key !== Key)
    throw s3Error(
      "NoSuchUpload",
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      404,
      { UploadId },
    );
  return upload;
}

function addPart({ parts }: Upload, PartNumber: number, body: Buffer, { clock }: Context): Part {
  if (PartNumber < 1 || PartNumber > MAX_PARTS)
    throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive", {
      ArgumentName: "partNumber",
      ArgumentValue: PartNumber,
    });
  const ETag = `"${md5(body).toString("hex")}"`;
  const part = { PartNumber, ETag, body, modifiedAt: clock.date() };
  parts.set(PartNumber, part);
  return part;
}

/**
 * Returns the parts that the client lists, in its order.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
function chosenParts(
  { parts }: Upload,
  wanted: readonly { readonly PartNumber?: number; readonly ETag?: string }[],
): Part[] {
  if (wanted.length === 0)
    throw s3Error(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  const numbers = wanted.map(({ PartNumber = 0 }) => PartNumber);
  if (numbers.some((number, index) => index > 0 && number <= numbers[index - 1]))
    throw s3Error(
      "InvalidPartOrder",
      "The list of parts was not in ascending order. Parts must be ordered by part number.",
    );
  const chosen = wanted.map(({ PartNumber = 0, ETag = "" }) => {
    const part = parts.get(PartNumber);
    if (!part || part.ETag.replaceAll('"', "") !== ETag.replaceAll('"', ""))
      throw invalidPart({ PartNumber, ETag });
    return part;
  });
  const small = chosen.slice(0, -1).find(({ body }) => body.length < MIN_PART_BYTES);
  if (small)
    throw s3Error(
      "EntityTooSmall",
      "Your proposed upload is smaller than the minimum allowed size",
      400,
      {
        PartNumber: small.PartNumber,
        ProposedSize: small.body.length,
        MinSizeAllowed: MIN_PART_BYTES,
      },
    );
  return chosen;
}
