import { createHash } from "node:crypto";
import * as sdk from "@aws-sdk/client-s3";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { S3Bench } from "./fixture";

const MB = 1024 * 1024;
const DIGITS = "123456789";

describe("S3 checksums", () => {
  let bench: S3Bench;
  let Bucket: string;
  before(async () => {
    bench = await S3Bench.start();
    Bucket = await bench.bucket();
  });
  after(() => bench.stop());

  const head = (Key: string): Promise<sdk.HeadObjectCommandOutput> =>
    bench.s3.send(new sdk.HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));

  // The check values of the catalogue of parametrised CRC algorithms, https://reveng.sourceforge.io/crc-catalogue/
  const checks: [string, string, string][] = [
    ["ChecksumCRC32", "cbf43926", "CRC32"],
    ["ChecksumCRC32C", "e3069283", "CRC32C"],
    ["ChecksumCRC64NVME", "ae8b14860a799888", "CRC64NVME"],
  ];
  for (const [member, hex, name] of checks)
    it(`of ${name} are compared with the bytes`, async () => {
      const right = Buffer.from(hex, "hex");
      const wrong = Buffer.from(right).fill(1);
      const put = (value: string): Promise<sdk.PutObjectCommandOutput> =>
        bench.put(Bucket, name, DIGITS, { [member]: value });
      expect(await put(right.toString("base64"))).to.include({
        [member]: right.toString("base64"),
        ChecksumType: "FULL_OBJECT",
      });
      expect(await head(name)).to.include({ [member]: right.toString("base64") });
      const says = `The ${name} you specified did not match the calculated checksum.`;
      await expectAwsError(put(wrong.toString("base64")), "BadDigest", says);
      const header = `Value for x-amz-checksum-${name.toLowerCase()} header is invalid.`;
      await expectAwsError(put("AAA="), "InvalidRequest", header);
    });

  it("of MD5 are distinguished from invalid values", async () => {
    const other = createHash("md5").update("other").digest("base64");
    const put = (ContentMD5: string) => bench.put(Bucket, "md5", DIGITS, { ContentMD5 });
    await expectAwsError(put(other), "BadDigest");
    await expectAwsError(
      put("AAAA"),
      "InvalidDigest",
      "The Content-MD5 you specified was invalid.",
    );
  });

  it("are made by S3 where the client gives none", async () => {
    const stored = await bench.unchecked(
      new sdk.PutObjectCommand({ Bucket, Key: "none", Body: DIGITS }),
    );
    const ChecksumCRC64NVME = Buffer.from("ae8b14860a799888", "hex").toString("base64");
    expect(stored).to.include({ ChecksumCRC64NVME, ChecksumType: "FULL_OBJECT" });
    const { Checksum } = await bench.s3.send(
      new sdk.GetObjectAttributesCommand({ Bucket, Key: "none", ObjectAttributes: ["Checksum"] }),
    );
    expect(Checksum).to.deep.equal({ ChecksumCRC64NVME, ChecksumType: "FULL_OBJECT" });
  });

  describe("of what comes in parts", () => {
    const PARTS = [Buffer.alloc(5 * MB, "a"), Buffer.from("end")];
    const upload = async (more: Partial<sdk.CreateMultipartUploadCommandInput>) => {
      const at = { Bucket, Key: `parts ${JSON.stringify(more)}` };
      const { UploadId } = await bench.s3.send(
        new sdk.CreateMultipartUploadCommand({ ...at, ...more }),
      );
      const parts: sdk.CompletedPart[] = [];
      for (const [index, Body] of PARTS.entries()) {
        const part = { ...at, UploadId, PartNumber: index + 1, Body };
        const { $metadata: _, ...uploaded } = await bench.s3.send(
          new sdk.UploadPartCommand({ ...part, ChecksumAlgorithm: more.ChecksumAlgorithm }),
        );
        parts.push({ ...uploaded, PartNumber: index + 1 });
      }
      const complete = (Parts: sdk.CompletedPart[]) =>
        bench.s3.send(
          new sdk.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }),
        );
      return { ...at, parts, complete };
    };

    it("are those of the parts, which the client names again", async () => {
      const { Key, parts, complete } = await upload({ ChecksumAlgorithm: "SHA256" });
      const bare = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
      const says =
        "The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.";
      await expectAwsError(complete(bare), "InvalidRequest", says);
      const swapped = parts.map((part) => ({ ...part, ChecksumSHA256: parts[0].ChecksumSHA256 }));
      await expectAwsError(complete(swapped), "InvalidPart");
      const sha = (data: Buffer): Buffer => createHash("sha256").update(data).digest();
      const ChecksumSHA256 = `${sha(Buffer.concat(PARTS.map(sha))).toString("base64")}-2`;
      expect(await complete(parts)).to.include({ ChecksumSHA256, ChecksumType: "COMPOSITE" });
      expect(await head(Key)).to.include({ ChecksumSHA256, ChecksumType: "COMPOSITE" });
    });

    it("are those of all bytes where the client asks for it, and then are those of a single upload", async () => {
      const { parts, complete } = await upload({
        ChecksumAlgorithm: "CRC32",
        ChecksumType: "FULL_OBJECT",
      });
      const whole = await bench.put(Bucket, "whole", Buffer.concat(PARTS));
      const { ChecksumCRC32, ChecksumType } = await complete(parts);
      expect(ChecksumCRC32).to.equal(whole.ChecksumCRC32);
      expect(ChecksumType).to.equal("FULL_OBJECT");
    });

    it("become those of all bytes in a copy, which has no parts", async () => {
      const { Key, parts, complete } = await upload({ ChecksumAlgorithm: "CRC32" });
      const { ETag } = await complete(parts);
      expect(ETag).to.match(/-2"$/);
      const whole = await bench.put(Bucket, "whole", Buffer.concat(PARTS));
      const { CopyObjectResult } = await bench.s3.send(
        new sdk.CopyObjectCommand({
          Bucket,
          Key: "copy",
          CopySource: `${Bucket}/${encodeURIComponent(Key)}`,
        }),
      );
      expect(CopyObjectResult?.ETag).to.equal(whole.ETag);
      expect(CopyObjectResult?.ChecksumCRC32).to.equal(whole.ChecksumCRC32);
      const attributes = await bench.s3.send(
        new sdk.GetObjectAttributesCommand({
          Bucket,
          Key: "copy",
          ObjectAttributes: ["ObjectParts", "Checksum"],
        }),
      );
      expect(attributes.ObjectParts).to.equal(undefined);
      expect(attributes.Checksum?.ChecksumType).to.equal("FULL_OBJECT");
    });
  });
});
