import * as sdk from "@aws-sdk/client-s3";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { S3Bench } from "./fixture";

describe("S3 lists", () => {
  let bench: S3Bench;
  before(async () => {
    bench = await S3Bench.start();
  });
  after(() => bench.stop());

  it("of versions are paged between two versions of a key, and tell each once", async () => {
    const Bucket = await bench.bucket(true);
    const ids: (string | undefined)[] = [];
    for (const key of ["a", "dir/x", "dir/y", "k", "k", "k", "z"])
      ids.push((await bench.put(Bucket, key)).VersionId);
    const { VersionId } = await bench.s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: "k" }));
    const [a, x, y, k1, k2, k3, z] = ids;
    const page = (more: Partial<sdk.ListObjectVersionsCommandInput>) =>
      bench.s3.send(new sdk.ListObjectVersionsCommand({ Bucket, ...more }));
    const pages = async (MaxKeys: number, Delimiter?: string): Promise<string[][]> => {
      const found: string[][] = [];
      let at: Partial<sdk.ListObjectVersionsCommandInput> = {};
      for (let more = true; more;) {
        const one = await page({ MaxKeys, Delimiter, ...at });
        found.push([
          ...[...(one.DeleteMarkers ?? []), ...(one.Versions ?? [])].map((v) => v.VersionId ?? ""),
          ...(one.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
        ]);
        at = { KeyMarker: one.NextKeyMarker, VersionIdMarker: one.NextVersionIdMarker };
        more = one.IsTruncated === true;
      }
      return found;
    };
    const all = [a, x, y, VersionId, k3, k2, k1, z];
    expect(await pages(1)).to.deep.equal(all.map((id) => [id]));
    expect(await pages(3)).to.deep.equal([all.slice(0, 3), all.slice(3, 6), all.slice(6)]);
    expect(await pages(2, "/")).to.deep.equal([[a, "dir/"], [VersionId, k3], [k2, k1], [z]]);
    expect((await page({ MaxKeys: 8 })).IsTruncated).to.equal(false);
    await expectAwsError(
      page({ VersionIdMarker: k1 }),
      "InvalidArgument",
      "A version-id marker cannot be specified without a key marker.",
    );
  });

  it("of uploads are paged, and put keys together by a delimiter", async () => {
    const Bucket = await bench.bucket();
    const ids: (string | undefined)[] = [];
    for (const Key of ["a", "a", "dir/1", "dir/2", "z"])
      ids.push(
        (await bench.s3.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key }))).UploadId,
      );
    const page = (more: Partial<sdk.ListMultipartUploadsCommandInput>) =>
      bench.s3.send(new sdk.ListMultipartUploadsCommand({ Bucket, ...more }));
    const first = await page({ MaxUploads: 1 });
    expect(first).to.include({ IsTruncated: true, NextKeyMarker: "a", MaxUploads: 1 });
    const marker = { KeyMarker: "a", UploadIdMarker: first.NextUploadIdMarker };
    const rest = await page({ Delimiter: "/", ...marker });
    expect(first.Uploads?.[0].UploadId).to.equal(ids[0]);
    expect(rest.Uploads?.map(({ UploadId }) => UploadId)).to.deep.equal([ids[1], ids[4]]);
    expect(rest.CommonPrefixes).to.deep.equal([{ Prefix: "dir/" }]);
    expect(rest.IsTruncated).to.equal(false);
  });

  it("of buckets are paged", async () => {
    const names = [];
    let ContinuationToken: string | undefined;
    do {
      const one = await bench.s3.send(
        new sdk.ListBucketsCommand({ MaxBuckets: 1, ContinuationToken }),
      );
      expect(one.Buckets).to.have.length(1);
      names.push(one.Buckets?.[0].Name);
      ({ ContinuationToken } = one);
    } while (ContinuationToken !== undefined);
    const { Buckets } = await bench.s3.send(new sdk.ListBucketsCommand({}));
    expect(names).to.deep.equal(Buckets?.map(({ Name }) => Name));
    expect(names).to.have.length(2);
  });
});

describe("A copy in S3", () => {
  let bench: S3Bench;
  let Bucket: string;
  before(async () => {
    bench = await S3Bench.start();
    Bucket = await bench.bucket();
    await bench.put(Bucket, "source");
  });
  after(() => bench.stop());

  const copy = (more: Partial<sdk.CopyObjectCommandInput>) =>
    bench.s3.send(
      new sdk.CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/source`, ...more }),
    );

  it("is made only where its source was, or was not, changed since", async () => {
    const now = bench.cloud.clock.now();
    const [before, later] = [new Date(now - 3_600_000), new Date(now + 3_600_000)];
    await copy({ CopySourceIfModifiedSince: before, CopySourceIfUnmodifiedSince: later });
    await bench.cloud.clock.advance(7_200_000);
    const broken: [Partial<sdk.CopyObjectCommandInput>, string][] = [
      [{ CopySourceIfModifiedSince: later }, "x-amz-copy-source-If-Modified-Since"],
      [{ CopySourceIfUnmodifiedSince: before }, "x-amz-copy-source-If-Unmodified-Since"],
      [{ CopySourceIfMatch: '"other"' }, "x-amz-copy-source-If-Match"],
    ];
    for (const [condition, Condition] of broken) {
      const error: unknown = await copy(condition).catch((thrown: unknown) => thrown);
      expect(error).to.include({ name: "PreconditionFailed", Condition });
    }
  });

  it("of a source that is no encoded text is refused", () =>
    expectAwsError(
      copy({ CopySource: `${Bucket}/100%` }),
      "InvalidArgument",
      "Invalid copy source object key",
    ));
});
