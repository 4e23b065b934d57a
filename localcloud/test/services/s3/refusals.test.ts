import * as sdk from "@aws-sdk/client-s3";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { ACCOUNT, S3Bench } from "./fixture";

/** A request that S3 refuses: its claim, the request for a bucket with object `k`, and S3's error. */
type Case = readonly [
  claim: string,
  ask: (at: { Bucket: string; Key: string }) => unknown,
  code: string,
  message: string,
];

const XML =
  "The XML you provided was not well-formed or did not validate against our published schema";
const NOT_IMPLEMENTED = "A header you provided implies functionality that is not implemented";

const bucketTags =
  (...TagSet: { Key: string; Value: string }[]) =>
  ({ Bucket }: { Bucket: string }) =>
    new sdk.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } });
const objectTags =
  (...TagSet: { Key: string; Value: string }[]) =>
  (at: { Bucket: string; Key: string }) =>
    new sdk.PutObjectTaggingCommand({ ...at, Tagging: { TagSet } });
const cors =
  (rule: Partial<sdk.CORSRule>) =>
  ({ Bucket }: { Bucket: string }) =>
    new sdk.PutBucketCorsCommand({
      Bucket,
      CORSConfiguration: {
        CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"], ...rule }],
      },
    });
const lifecycle =
  (...rules: Partial<sdk.LifecycleRule>[]) =>
  ({ Bucket }: { Bucket: string }) =>
    new sdk.PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: rules.map((rule) => ({ Status: "Enabled", Filter: { Prefix: "" }, ...rule })),
      },
    });
const policy =
  (Action: string) =>
  ({ Bucket }: { Bucket: string }) => {
    const statement = { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action };
    const Statement = [{ ...statement, Resource: `arn:aws:s3:::${Bucket}/*` }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    return new sdk.PutBucketPolicyCommand({ Bucket, Policy });
  };
const expires = (Expiration: sdk.LifecycleExpiration) => ({ Expiration });

// prettier-ignore
const CASES: readonly Case[] = [
  ["a status of versioning in lower case", ({ Bucket }) => new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "enabled" as "Enabled" } }), "MalformedXML", XML],
  ["versioning without a status", ({ Bucket }) => new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} }), "IllegalVersioningConfigurationException", "The Versioning element must be specified"],
  ["the region us-east-1 as a constraint", () => new sdk.CreateBucketCommand({ Bucket: "constrained", CreateBucketConfiguration: { LocationConstraint: "us-east-1" as "EU" } }), "InvalidLocationConstraint", "The specified location-constraint is not valid"],
  ["an unknown ownership of a new bucket", () => new sdk.CreateBucketCommand({ Bucket: "owned", ObjectOwnership: "RandomValue" as "ObjectWriter" }), "InvalidArgument", "Invalid x-amz-object-ownership header: RandomValue"],
  ["an unknown storage class", (at) => new sdk.PutObjectCommand({ ...at, Body: "x", StorageClass: "FOO" as "GLACIER" }), "InvalidStorageClass", "The storage class you specified is not valid"],
  ["an unknown encryption", (at) => new sdk.PutObjectCommand({ ...at, Body: "x", ServerSideEncryption: "foo" as "AES256" }), "InvalidArgument", "The encryption method specified is not supported"],
  ["an unknown metadata directive", (at) => new sdk.CopyObjectCommand({ ...at, CopySource: `${at.Bucket}/k`, MetadataDirective: "FOO" as "COPY" }), "InvalidArgument", "Unknown metadata directive."],
  ["an unknown attribute", (at) => new sdk.GetObjectAttributesCommand({ ...at, ObjectAttributes: ["Foo" as "ETag"] }), "InvalidArgument", "Invalid attribute name specified."],
  ["an unknown encoding of keys", ({ Bucket }) => new sdk.ListObjectsV2Command({ Bucket, EncodingType: "foo" as "url" }), "InvalidArgument", "Invalid Encoding Method specified in Request"],
  ["a deletion of no objects", ({ Bucket }) => new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: [] } }), "MalformedXML", XML],

  ["a bucket's tag that is given twice", bucketTags({ Key: "Key1", Value: "1" }, { Key: "Key1", Value: "2" }), "InvalidTag", "Cannot provide multiple Tags with the same key"],
  ["a bucket's tag with a comma in its key", bucketTags({ Key: "Key1,Key2", Value: "1" }), "InvalidTag", "The TagKey you have provided is invalid"],
  ["a bucket's tag with a comma in its value", bucketTags({ Key: "Key1", Value: "Val1,Val2" }), "InvalidTag", "The TagValue you have provided is invalid"],
  ["a bucket's tag of AWS", bucketTags({ Key: "aws:prefixed", Value: "1" }), "InvalidTag", "System tags cannot be added/updated by requester"],
  ["an object's tag that is given twice", objectTags({ Key: "Key1", Value: "1" }, { Key: "Key1", Value: "2" }), "InvalidTag", "Cannot provide multiple Tags with the same key"],
  ["an object's tag with a key that is too long", objectTags({ Key: "k".repeat(129), Value: "1" }), "InvalidTag", "The TagKey you have provided is invalid"],
  ["an object's tag with a value that is too long", objectTags({ Key: "k", Value: "v".repeat(257) }), "InvalidTag", "The TagValue you have provided is invalid"],
  ["an object's tag of AWS", objectTags({ Key: "aws:prefixed", Value: "1" }), "InvalidTag", "Your TagKey cannot be prefixed with aws:"],
  ["a header with a tag that is given twice", (at) => new sdk.PutObjectCommand({ ...at, Body: "x", Tagging: "a=1&a=2" }), "InvalidArgument", "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates."],

  ["a bucket's 51st tag", bucketTags(...Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: "v" }))), "BadRequest", "Bucket tag count cannot be greater than 50"],

  ["two rules of ownership", ({ Bucket }) => new sdk.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }, { ObjectOwnership: "ObjectWriter" }] } }), "MalformedXML", XML],
  ["a KMS key for an encryption without KMS", ({ Bucket }) => new sdk.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256", KMSMasterKeyID: "x" } }] } }), "InvalidArgument", "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse"],
  ["a website without an index", ({ Bucket }) => new sdk.PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: {} }), "InvalidArgument", "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty"],

  ["a policy that does not begin with a brace", ({ Bucket }) => new sdk.PutBucketPolicyCommand({ Bucket, Policy: " {}" }), "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'"],
  ["a policy that is cut off", ({ Bucket }) => new sdk.PutBucketPolicyCommand({ Bucket, Policy: "{" }), "MalformedPolicy", "This policy contains invalid Json"],
  ["a policy with an action of another service", policy("sqs:SendMessage"), "MalformedPolicy", "Policy has invalid action"],
  ["a source of a copy without a key", (at) => new sdk.CopyObjectCommand({ ...at, CopySource: "nokey" }), "InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey."],

  ["two conditions of a write", (at) => new sdk.PutObjectCommand({ ...at, Body: "x", IfMatch: '"x"', IfNoneMatch: "*" }), "NotImplemented", NOT_IMPLEMENTED],
  ["a write if any object matches", (at) => new sdk.PutObjectCommand({ ...at, Body: "x", IfMatch: "*" }), "NotImplemented", NOT_IMPLEMENTED],

  ["CORS for an unknown method", cors({ AllowedMethods: ["FOO"] }), "InvalidRequest", "Found unsupported HTTP method in CORS config. Unsupported method is FOO"],
  ["CORS for an origin with two wildcards", cors({ AllowedOrigins: ["http://*.a.*"] }), "InvalidRequest", 'AllowedOrigin "http://*.a.*" can not have more than one wildcard.'],
  ["CORS for a header with two wildcards", cors({ AllowedHeaders: ["*x*"] }), "InvalidRequest", 'AllowedHeader "*x*" can not have more than one wildcard.'],
  ["CORS that exposes all headers", cors({ ExposeHeaders: ["*"] }), "InvalidRequest", 'ExposeHeader "*" contains wildcard. We currently do not support wildcard for ExposeHeader.'],
  ["a lifecycle rule without an action", lifecycle({ ID: "x" }), "InvalidRequest", "At least one action needs to be specified in a rule"],
  ["two lifecycle rules with the same id", lifecycle({ ID: "x", ...expires({ Days: 1 }) }, { ID: "x", ...expires({ Days: 2 }) }), "InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule"],
  ["a lifecycle of no days", lifecycle(expires({ Days: 0 })), "InvalidArgument", "'Days' for Expiration action must be a positive integer"],
  ["a lifecycle that ends at five o'clock", lifecycle(expires({ Date: new Date("2030-01-01T05:00:00Z") })), "InvalidArgument", "'Date' must be at midnight GMT"],
];

describe("S3 refuses", () => {
  let bench: S3Bench;
  let Bucket: string;
  before(async () => {
    bench = await S3Bench.start();
    Bucket = await bench.bucket();
    await bench.put(Bucket, "k", "0123456789");
  });
  after(() => bench.stop());

  for (const [claim, ask, code, message] of CASES)
    it(claim, () =>
      expectAwsError(
        bench.s3.send(ask({ Bucket, Key: "k" }) as sdk.PutObjectCommand),
        code,
        message,
      ),
    );

  it("two checksums of one body", () =>
    expectAwsError(
      bench.unchecked(
        new sdk.PutObjectCommand({
          Bucket,
          Key: "k",
          Body: "x",
          ChecksumCRC32: "jNwWgw==",
          ChecksumSHA1: "EfatjsUqKEJ9GdYjwiYKmoqCBgc=",
        }),
      ),
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    ));

  for (const [CopySourceRange, message] of [
    [
      "0-5",
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    ],
    ["bytes=0-10", "Range specified is not valid for source object of size: 10"],
  ])
    it(`a copy of the range ${CopySourceRange} of ten bytes`, async () => {
      const at = { Bucket, Key: "parts" };
      const { UploadId } = await bench.s3.send(new sdk.CreateMultipartUploadCommand(at));
      const copy = { ...at, UploadId, PartNumber: 1, CopySource: `${Bucket}/k`, CopySourceRange };
      await expectAwsError(
        bench.s3.send(new sdk.UploadPartCopyCommand(copy)),
        "InvalidArgument",
        message,
      );
    });

  describe("version ids", () => {
    const STRANGER = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD";
    const read = (bucket: string, VersionId: string): Promise<sdk.GetObjectCommandOutput> =>
      bench.get(bucket, "k", { VersionId });
    const remove = (bucket: string, VersionId: string): Promise<unknown> =>
      bench.s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: "k", VersionId }));

    it("of a bucket without versions", async () => {
      for (const ask of [read, remove])
        await expectAwsError(
          ask(Bucket, STRANGER),
          "InvalidArgument",
          "Invalid version id specified",
        );
      expect((await read(Bucket, "null")).ContentLength).to.equal(10);
    });

    it("that are none, and names those that do not exist", async () => {
      const versioned = await bench.bucket(true);
      await bench.put(versioned, "k");
      for (const ask of [read, remove])
        await expectAwsError(
          ask(versioned, "bad"),
          "InvalidArgument",
          "Invalid version id specified",
        );
      await expectAwsError(
        bench.s3.send(
          new sdk.ListObjectVersionsCommand({
            Bucket: versioned,
            KeyMarker: "k",
            VersionIdMarker: "bad",
          }),
        ),
        "InvalidArgument",
        "Invalid version id specified",
      );
      await expectAwsError(read(versioned, STRANGER), "NoSuchVersion");
      await remove(versioned, STRANGER);
    });

    for (const kept of [false, true])
      it(`that do not exist in a deletion of several objects, ${kept ? "with" : "without"} versions`, async () => {
        const bucket = await bench.bucket(kept);
        const Objects = [{ Key: "k", VersionId: STRANGER }, { Key: "none" }];
        const { Errors, Deleted } = await bench.s3.send(
          new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }),
        );
        expect(Errors).to.deep.equal([
          {
            Key: "k",
            VersionId: STRANGER,
            Code: "NoSuchVersion",
            Message: "The specified version does not exist.",
          },
        ]);
        expect(Deleted?.map(({ Key }) => Key)).to.deep.equal(["none"]);
      });
  });

  it("anything but the deletion of a delete marker, and says that it is one", async () => {
    const bucket = await bench.bucket(true);
    const at = { Bucket: bucket, Key: "k" };
    await bench.put(bucket, "k");
    const { VersionId } = await bench.s3.send(new sdk.DeleteObjectCommand(at));
    const Tagging = { TagSet: [] };
    for (const [Method, command] of [
      ["GET", new sdk.GetObjectCommand({ ...at, VersionId })],
      ["GET", new sdk.GetObjectTaggingCommand(at)],
      ["PUT", new sdk.PutObjectTaggingCommand({ ...at, Tagging })],
      ["DELETE", new sdk.DeleteObjectTaggingCommand({ ...at, VersionId })],
    ] as const) {
      const error: unknown = await bench.s3.send(command as sdk.GetObjectCommand).catch((e) => e);
      expect(error).to.include({
        name: "MethodNotAllowed",
        message: "The specified method is not allowed against this resource.",
        Method,
        ResourceType: "DeleteMarker",
      });
    }
    const answer = (error: { $response?: { headers: Record<string, string> } }) =>
      error.$response?.headers["x-amz-delete-marker"];
    expect(await bench.get(bucket, "k").catch(answer)).to.equal("true");
    expect(await bench.get(bucket, "none").catch(answer)).to.equal(undefined);
  });
});

describe("S3 answers", () => {
  let bench: S3Bench;
  let Bucket: string;
  before(async () => {
    bench = await S3Bench.start();
    Bucket = await bench.bucket();
    await bench.put(Bucket, "k", "0123456789");
  });
  after(() => bench.stop());

  it("HEAD for a range with its length, and refuses one behind the end", async () => {
    const head = (Range: string) =>
      bench.s3.send(new sdk.HeadObjectCommand({ Bucket, Key: "k", Range }));
    const { ContentLength, ContentRange } = await head("bytes=2-5");
    expect({ ContentLength, ContentRange }).to.deep.equal({
      ContentLength: 4,
      ContentRange: "bytes 2-5/10",
    });
    const status = await head("bytes=10-").catch((error) => error.$metadata.httpStatusCode);
    expect(status).to.equal(416);
  });

  it("a read or copy since a time in the future as if without the condition", async () => {
    const tomorrow = new Date(bench.cloud.clock.now() + 86_400_000);
    const read = await bench.get(Bucket, "k", { IfModifiedSince: tomorrow });
    expect(read.ContentLength).to.equal(10);
    const copy = { Bucket, Key: "copy", CopySource: `${Bucket}/k` };
    await bench.s3.send(
      new sdk.CopyObjectCommand({ ...copy, CopySourceIfModifiedSince: tomorrow }),
    );
    const today = new Date(bench.cloud.clock.now());
    await expectAwsError(
      bench.s3.send(new sdk.CopyObjectCommand({ ...copy, CopySourceIfModifiedSince: today })),
      "PreconditionFailed",
    );
  });

  it("a list of buckets with their owner and the prefix that was asked for", async () => {
    const { Owner, Prefix } = await bench.s3.send(new sdk.ListBucketsCommand({ Prefix: "b" }));
    expect({ Owner, Prefix }).to.deep.equal({ Owner: { ID: ACCOUNT }, Prefix: "b" });
  });

  it("lists of objects and versions with the kind of each checksum", async () => {
    const kind = { ChecksumAlgorithm: ["SHA256"], ChecksumType: "FULL_OBJECT" };
    await bench.put(Bucket, "hashed", "x", { ChecksumAlgorithm: "SHA256" });
    const asked = { Bucket, Prefix: "hashed" };
    const { Contents } = await bench.s3.send(new sdk.ListObjectsV2Command(asked));
    expect(Contents?.[0]).to.deep.include(kind);
    const { Versions } = await bench.s3.send(new sdk.ListObjectVersionsCommand(asked));
    expect(Versions?.[0]).to.deep.include(kind);
  });
});
