import { createHmac, createHash } from "node:crypto";
import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import * as sdk from "@aws-sdk/client-s3";
import { expect } from "chai";
import * as fc from "fast-check";
import { expectAwsError } from "../../support/expectAwsError";
import { S3Bench } from "./fixture";

const MB = 1024 * 1024;

describe("S3 objects", () => {
  let bench: S3Bench;
  before(async () => {
    bench = await S3Bench.start();
  });
  after(() => bench.stop());

  it("are returned byte for byte, with their headers and metadata", async () => {
    const bucket = await bench.bucket();
    const body = Buffer.from([0, 1, 255, 10, 13]);
    const { ETag } = await bench.put(bucket, "k", body, {
      ContentType: "image/png",
      CacheControl: "max-age=60",
      ContentEncoding: "gzip",
      Metadata: { owner: "me" },
    });
    expect(ETag).to.equal(`"${createHash("md5").update(body).digest("hex")}"`);
    const found = await bench.get(bucket, "k");
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? [])).to.deep.equal(body);
    expect(found).to.deep.include({
      ETag,
      ContentLength: 5,
      ContentType: "image/png",
      CacheControl: "max-age=60",
      ContentEncoding: "gzip",
      Metadata: { owner: "me" },
      ServerSideEncryption: "AES256",
    });
    const head = await bench.s3.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: "k" }));
    expect(head).to.include({ ContentLength: 5, ContentType: "image/png" });
  });

  it("accept any key that a client can send", async () => {
    const bucket = await bench.bucket();
    const key = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
      fc.constantFrom("a/", "/a", "a//b", "a b+c%20", "ä/ü?x=1&y", "..", "a#b", "'(*)!"),
    );
    // Signatures and paths require complete characters; XML cannot contain control characters.
    const valid = key.filter(
      (text) =>
        !/\p{Surrogate}/u.test(text) && !/\p{Cc}/u.test(text) && text !== "." && text !== "..",
    );
    await fc.assert(
      fc.asyncProperty(valid, async (name) => {
        await bench.put(bucket, name, name);
        expect(await bench.text(bucket, name)).to.equal(name);
        await bench.s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: name }));
      }),
      { numRuns: 40 },
    );
  });

  it("are streamed in chunks with a trailing checksum", async () => {
    const bucket = await bench.bucket();
    const body = Buffer.alloc(200_000, "x");
    await bench.s3.send(
      new sdk.PutObjectCommand({
        Bucket: bucket,
        Key: "k",
        Body: Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]),
        ContentLength: body.length,
      }),
    );
    const found = await bench.get(bucket, "k", { ChecksumMode: "ENABLED" });
    expect(found.ContentLength).to.equal(body.length);
    expect(found.ChecksumCRC32).to.be.a("string");
    expect(found.ContentEncoding).to.equal(undefined);
    expect(await found.Body?.transformToString()).to.equal(body.toString());
  });

  it("are refused when a checksum does not match", async () => {
    const bucket = await bench.bucket();
    await expectAwsError(
      bench.put(bucket, "k", "body", {
        ChecksumSHA256: createHash("sha256").update("other").digest("base64"),
      }),
      "BadDigest",
      "The SHA256 you specified did not match the calculated checksum.",
    );
  });

  it("are read in ranges", async () => {
    const bucket = await bench.bucket();
    await bench.put(bucket, "k", "0123456789");
    const ranges: [range: string, text: string, contentRange: string | undefined][] = [
      ["bytes=2-4", "234", "bytes 2-4/10"],
      ["bytes=8-", "89", "bytes 8-9/10"],
      ["bytes=-3", "789", "bytes 7-9/10"],
      ["bytes=5-100", "56789", "bytes 5-9/10"],
      ["lines=1-2", "0123456789", undefined],
    ];
    for (const [Range, text, contentRange] of ranges) {
      const found = await bench.get(bucket, "k", { Range });
      expect([await found.Body?.transformToString(), found.ContentRange]).to.deep.equal([
        text,
        contentRange,
      ]);
      expect(found.$metadata.httpStatusCode).to.equal(contentRange ? 206 : 200);
    }
    await expectAwsError(bench.get(bucket, "k", { Range: "bytes=10-" }), "InvalidRange");
  });

  it("check the conditions of reads and writes", async () => {
    const bucket = await bench.bucket();
    const { ETag } = await bench.put(bucket, "k", "one", { IfNoneMatch: "*" });
    await expectAwsError(
      bench.put(bucket, "k", "two", { IfNoneMatch: "*" }),
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
    );
    await expectAwsError(
      bench.put(bucket, "k", "two", { IfMatch: '"other"' }),
      "PreconditionFailed",
    );
    await expectAwsError(bench.put(bucket, "none", "two", { IfMatch: ETag }), "NoSuchKey");
    await bench.put(bucket, "k", "two", { IfMatch: ETag });
    expect(await bench.text(bucket, "k")).to.equal("two");
    await expectAwsError(bench.get(bucket, "k", { IfMatch: ETag }), "PreconditionFailed");
    const { ETag: now } = await bench.get(bucket, "k", { IfNoneMatch: ETag });
    const unchanged = await bench.get(bucket, "k", { IfNoneMatch: now }).catch((e: unknown) => e);
    expect(unchanged).to.have.nested.property("$metadata.httpStatusCode", 304);
  });

  it("are copied with their metadata, or with new metadata, from any key", async () => {
    const [from, to] = [await bench.bucket(), await bench.bucket()];
    await bench.put(from, "a b/ü.txt", "text", { Metadata: { a: "1" }, ContentType: "text/plain" });
    const CopySource = `${from}/${encodeURIComponent("a b/ü.txt")}`;
    const copy = (
      more: Partial<sdk.CopyObjectCommandInput>,
    ): Promise<sdk.CopyObjectCommandOutput> =>
      bench.s3.send(new sdk.CopyObjectCommand({ Bucket: to, Key: "c", CopySource, ...more }));
    const { CopyObjectResult } = await copy({});
    expect(CopyObjectResult?.ETag).to.match(/^"[0-9a-f]{32}"$/);
    expect(await bench.get(to, "c")).to.deep.include({
      Metadata: { a: "1" },
      ContentType: "text/plain",
    });
    await copy({ MetadataDirective: "REPLACE", Metadata: { b: "2" } });
    expect((await bench.get(to, "c")).Metadata).to.deep.equal({ b: "2" });
    await expectAwsError(copy({ Bucket: from, Key: "a b/ü.txt" }), "InvalidRequest");
  });

  it("are listed in pages, below a prefix and up to a delimiter", async () => {
    const bucket = await bench.bucket();
    const keys = ["a.txt", "logs/1", "logs/2", "logs/old/1", "z"];
    for (const key of keys) await bench.put(bucket, key);
    const list = (more: Partial<sdk.ListObjectsV2CommandInput>): Promise<sdk.ListObjectsV2Output> =>
      bench.s3.send(new sdk.ListObjectsV2Command({ Bucket: bucket, ...more }));
    const top = await list({ Delimiter: "/" });
    expect(top.Contents?.map(({ Key }) => Key)).to.deep.equal(["a.txt", "z"]);
    expect(top.CommonPrefixes).to.deep.equal([{ Prefix: "logs/" }]);
    const logs = await list({ Prefix: "logs/", Delimiter: "/" });
    expect(logs.Contents?.map(({ Key }) => Key)).to.deep.equal(["logs/1", "logs/2"]);
    expect(logs.CommonPrefixes).to.deep.equal([{ Prefix: "logs/old/" }]);
    for (const Delimiter of [undefined, "/"]) {
      const seen: (string | undefined)[] = [];
      const pages = sdk.paginateListObjectsV2(
        { client: bench.s3, pageSize: 1 },
        { Bucket: bucket, Delimiter },
      );
      for await (const { Contents = [], CommonPrefixes = [] } of pages)
        seen.push(...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix));
      expect(seen).to.deep.equal(Delimiter ? ["a.txt", "logs/", "z"] : keys);
    }
    const old = await bench.s3.send(new sdk.ListObjectsCommand({ Bucket: bucket, MaxKeys: 2 }));
    expect(old.Contents?.map(({ Key }) => Key)).to.deep.equal(["a.txt", "logs/1"]);
    expect(old.IsTruncated).to.equal(true);
  });

  it("are assembled from parts of 5 MB and a smaller last one", async () => {
    const bucket = await bench.bucket();
    const at = { Bucket: bucket, Key: "big" };
    const { UploadId } = await bench.s3.send(
      new sdk.CreateMultipartUploadCommand({ ...at, ContentType: "text/plain" }),
    );
    const upload = async (PartNumber: number, Body: Buffer): Promise<sdk.CompletedPart> => {
      const command = new sdk.UploadPartCommand({ ...at, UploadId, PartNumber, Body });
      return { PartNumber, ETag: (await bench.s3.send(command)).ETag };
    };
    const complete = (
      Parts: sdk.CompletedPart[],
    ): Promise<sdk.CompleteMultipartUploadCommandOutput> =>
      bench.s3.send(
        new sdk.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }),
      );
    const small = await upload(1, Buffer.alloc(MB, "s"));
    const last = await upload(2, Buffer.from("end"));
    await expectAwsError(complete([small, last]), "EntityTooSmall");
    await expectAwsError(complete([last, small]), "InvalidPartOrder");
    await expectAwsError(complete([{ PartNumber: 7, ETag: '"x"' }]), "InvalidPart");
    const first = await upload(1, Buffer.alloc(5 * MB, "f"));
    const { Parts } = await bench.s3.send(new sdk.ListPartsCommand({ ...at, UploadId }));
    expect(Parts?.map(({ Size }) => Size)).to.deep.equal([5 * MB, 3]);
    const { ETag } = await complete([first, last]);
    expect(ETag).to.match(/^"[0-9a-f]{32}-2"$/);
    const found = await bench.get(bucket, "big", { Range: `bytes=${5 * MB - 1}-` });
    expect(await found.Body?.transformToString()).to.equal("fend");
    expect(found.ContentType).to.equal("text/plain");
    await expectAwsError(complete([first, last]), "NoSuchUpload");
  });

  it("keep at most ten tags", async () => {
    const bucket = await bench.bucket();
    const at = { Bucket: bucket, Key: "k" };
    await bench.put(bucket, "k", "b", { Tagging: "a=1&b=x%20y" });
    const tags = async () => (await bench.s3.send(new sdk.GetObjectTaggingCommand(at))).TagSet;
    expect(await tags()).to.deep.equal([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "x y" },
    ]);
    const many = Array.from({ length: 11 }, (_, i) => ({ Key: `k${i}`, Value: "v" }));
    const put = (TagSet: sdk.Tag[]): Promise<unknown> =>
      bench.s3.send(new sdk.PutObjectTaggingCommand({ ...at, Tagging: { TagSet } }));
    await expectAwsError(put(many), "BadRequest", "Object tags cannot be greater than 10");
    await put([{ Key: "c", Value: "3" }]);
    expect(await tags()).to.deep.equal([{ Key: "c", Value: "3" }]);
    await bench.s3.send(new sdk.DeleteObjectTaggingCommand(at));
    expect(await tags()).to.deep.equal([]);
  });

  describe("with versions", () => {
    const versions = async (Bucket: string): Promise<string[]> => {
      const found = await bench.s3.send(new sdk.ListObjectVersionsCommand({ Bucket }));
      return [
        ...(found.Versions ?? []).map(({ Key, IsLatest }) => `${Key} ${IsLatest}`),
        ...(found.DeleteMarkers ?? []).map(({ Key, IsLatest }) => `marker ${Key} ${IsLatest}`),
      ];
    };

    it("are kept, hidden by a delete marker and restored by its removal", async () => {
      const bucket = await bench.bucket(true);
      const one = await bench.put(bucket, "k", "one");
      await bench.put(bucket, "k", "two");
      expect(await bench.text(bucket, "k")).to.equal("two");
      expect(await bench.text(bucket, "k", { VersionId: one.VersionId })).to.equal("one");
      const remove = (VersionId?: string): Promise<sdk.DeleteObjectCommandOutput> =>
        bench.s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: "k", VersionId }));
      const { DeleteMarker, VersionId: marker } = await remove();
      expect(DeleteMarker).to.equal(true);
      await expectAwsError(
        bench.get(bucket, "k"),
        "NoSuchKey",
        "The specified key does not exist.",
      );
      expect(await versions(bucket)).to.deep.equal(["k false", "k false", "marker k true"]);
      await remove(marker);
      expect(await bench.text(bucket, "k")).to.equal("two");
      await remove(one.VersionId);
      expect(await versions(bucket)).to.deep.equal(["k true"]);
      await expectAwsError(bench.get(bucket, "k", { VersionId: one.VersionId }), "NoSuchVersion");
    });

    it("have one null version while versioning is suspended", async () => {
      const bucket = await bench.bucket();
      await bench.put(bucket, "k", "before");
      await bench.version(bucket, "Enabled");
      await bench.put(bucket, "k", "kept");
      await bench.version(bucket, "Suspended");
      await bench.put(bucket, "k", "after");
      expect(await versions(bucket)).to.deep.equal(["k true", "k false"]);
      expect(await bench.text(bucket, "k", { VersionId: "null" })).to.equal("after");
    });

    it("prevent the deletion of a bucket", async () => {
      const bucket = await bench.bucket(true);
      await bench.put(bucket, "k");
      await bench.s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: "k" }));
      await expectAwsError(
        bench.s3.send(new sdk.DeleteBucketCommand({ Bucket: bucket })),
        "BucketNotEmpty",
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
      );
    });
  });

  it("are also served at <bucket>.localhost", async () => {
    const bucket = await bench.bucket();
    await bench.put(bucket, "folder/k", "virtual");
    const { port } = new URL(bench.cloud.endpoint);
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = {
        host: `${bucket}.localhost:${port}`,
        authorization: fakeSignature(),
        "x-amz-date": "20260101T000000Z",
        "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      };
      const sent = httpRequest({ port, host: "127.0.0.1", path: "/folder/k", headers }, (reply) => {
        let text = "";
        reply.on("data", (chunk: Buffer) => (text += chunk.toString()));
        reply.on("end", () => resolve(text));
      });
      sent.on("error", reject);
      sent.end();
    });
    expect(answer).to.equal("virtual");
  });
});

/** Any long-term key that the cloud did not issue belongs to the owner: its signature is not checked. */
function fakeSignature(): string {
  const signature = createHmac("sha256", "x").digest("hex");
  return (
    "AWS4-HMAC-SHA256 Credential=AKIAX/20260101/us-east-1/s3/aws4_request, " +
    `SignedHeaders=host;x-amz-date, Signature=${signature}`
  );
}
