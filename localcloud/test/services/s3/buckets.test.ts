import * as sdk from "@aws-sdk/client-s3";
import { expect } from "chai";
import { rootPrincipal } from "../../../core/principal";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { ACCOUNT, S3Bench, settings } from "./fixture";
import { presign } from "./presign";

describe("S3 buckets", () => {
  let bench: S3Bench;
  before(async () => {
    bench = await S3Bench.start();
  });
  after(() => bench.stop());

  // The client is created before the first test.
  const send = ((...args: Parameters<sdk.S3Client["send"]>) =>
    bench.s3.send(...args)) as sdk.S3Client["send"];
  const policy = (Bucket: string, Principal: unknown, more: object = {}): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal,
          Action: "s3:GetObject",
          Resource: `arn:aws:s3:::${Bucket}/*`,
          ...more,
        },
      ],
    });
  const openUp = (Bucket: string): Promise<unknown> =>
    bench.s3.send(new sdk.DeletePublicAccessBlockCommand({ Bucket }));
  const putPolicy = (Bucket: string, Policy: string): Promise<unknown> =>
    bench.s3.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy }));

  it("have the settings of new buckets on AWS", async () => {
    const Bucket = await bench.bucket();
    const block = await send(new sdk.GetPublicAccessBlockCommand({ Bucket }));
    expect(Object.values(block.PublicAccessBlockConfiguration ?? {})).to.deep.equal([
      true,
      true,
      true,
      true,
    ]);
    const ownership = await send(new sdk.GetBucketOwnershipControlsCommand({ Bucket }));
    expect(ownership.OwnershipControls?.Rules).to.deep.equal([
      { ObjectOwnership: "BucketOwnerEnforced" },
    ]);
    const encryption = await send(new sdk.GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]).to.deep.include({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
    });
    expect((await send(new sdk.GetBucketVersioningCommand({ Bucket }))).Status).to.equal(undefined);
  });

  it("are created in the region of the call only", async () => {
    const west = new sdk.S3Client({ ...settings(bench.cloud), region: "eu-west-1" });
    const create = (LocationConstraint?: "eu-west-1" | "eu-west-2"): Promise<unknown> =>
      west.send(
        new sdk.CreateBucketCommand({
          Bucket: "in-the-west",
          CreateBucketConfiguration: LocationConstraint && { LocationConstraint },
        }),
      );
    await expectAwsError(create("eu-west-2"), "IllegalLocationConstraintException");
    await create("eu-west-1");
    await expectAwsError(create("eu-west-1"), "BucketAlreadyOwnedByYou");
    const where = await send(new sdk.GetBucketLocationCommand({ Bucket: "in-the-west" }));
    expect(where.LocationConstraint).to.equal("eu-west-1");
    west.destroy();
  });

  const missing: [what: string, ask: (Bucket: string) => Promise<unknown>, code: string][] = [
    ["CORS", (Bucket) => send(new sdk.GetBucketCorsCommand({ Bucket })), "NoSuchCORSConfiguration"],
    [
      "a policy",
      (Bucket) => send(new sdk.GetBucketPolicyCommand({ Bucket })),
      "NoSuchBucketPolicy",
    ],
    ["tags", (Bucket) => send(new sdk.GetBucketTaggingCommand({ Bucket })), "NoSuchTagSet"],
    [
      "a website",
      (Bucket) => send(new sdk.GetBucketWebsiteCommand({ Bucket })),
      "NoSuchWebsiteConfiguration",
    ],
    [
      "a lifecycle",
      (Bucket) => send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket })),
      "NoSuchLifecycleConfiguration",
    ],
    ["existence", () => send(new sdk.GetBucketCorsCommand({ Bucket: "nowhere" })), "NoSuchBucket"],
  ];
  for (const [what, ask, code] of missing)
    it(`report ${code} without ${what}`, async () => {
      await expectAwsError(ask(await bench.bucket()), code);
    });

  it("refuse misspelt settings, invalid names and ACLs", async () => {
    const Bucket = await bench.bucket();
    await expectAwsError(
      send(
        new sdk.PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: { Status: "On" as "Enabled" },
        }),
      ),
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
    await expectAwsError(
      send(new sdk.CreateBucketCommand({ Bucket: "Upper" })),
      "InvalidBucketName",
      "The specified bucket is not valid.",
    );
    await expectAwsError(
      send(new sdk.PutBucketAclCommand({ Bucket, ACL: "public-read" })),
      "AccessControlListNotSupported",
      "The bucket does not allow ACLs",
    );
  });

  describe("facing everybody", () => {
    const read = (Bucket: string): Promise<Response> =>
      fetch(`${bench.cloud.endpoint}/${Bucket}/k`);

    it("refuse unsigned reads, and allow them by a public policy", async () => {
      const Bucket = await bench.bucket();
      await bench.put(Bucket, "k", "open");
      expect((await read(Bucket)).status).to.equal(403);
      await expectAwsError(putPolicy(Bucket, policy(Bucket, "*")), "AccessDenied", "Access Denied");
      await openUp(Bucket);
      await putPolicy(Bucket, policy(Bucket, "*"));
      const answer = await read(Bucket);
      expect([answer.status, await answer.text()]).to.deep.equal([200, "open"]);
      const status = await send(new sdk.GetBucketPolicyStatusCommand({ Bucket }));
      expect(status.PolicyStatus).to.deep.equal({ IsPublic: true });
      const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true };
      await send(new sdk.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
      expect((await read(Bucket)).status).to.equal(403);
    });

    it("are not public with a policy that limits the account", async () => {
      const Bucket = await bench.bucket();
      const Condition = { StringEquals: { "aws:PrincipalAccount": ACCOUNT } };
      await putPolicy(Bucket, policy(Bucket, "*", { Condition }));
      const status = await send(new sdk.GetBucketPolicyStatusCommand({ Bucket }));
      expect(status.PolicyStatus).to.deep.equal({ IsPublic: false });
    });

    it("refuse a policy for another bucket", async () => {
      const Bucket = await bench.bucket();
      await expectAwsError(
        putPolicy(Bucket, policy("other", { AWS: `arn:aws:iam::${ACCOUNT}:root` })),
        "MalformedPolicy",
        "Policy has invalid resource",
      );
    });
  });

  describe("facing a role", () => {
    it("allow what its policy names, by key and prefix", async () => {
      const Bucket = await bench.bucket();
      for (const key of ["mine/k", "other/k"]) await bench.put(Bucket, key, key);
      const credentials = await roleSession(bench.cloud, "reader", [
        { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/mine/*` },
        {
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: `arn:aws:s3:::${Bucket}`,
          Condition: { StringLike: { "s3:prefix": "mine/*" } },
        },
      ]);
      const one = new sdk.S3Client({ ...settings(bench.cloud), credentials });
      await one.send(new sdk.GetObjectCommand({ Bucket, Key: "mine/k" }));
      await one.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: "mine/" }));
      const denied = [
        one.send(new sdk.GetObjectCommand({ Bucket, Key: "other/k" })),
        one.send(new sdk.ListObjectsV2Command({ Bucket })),
        one.send(new sdk.PutObjectCommand({ Bucket, Key: "mine/k", Body: "x" })),
        one.send(new sdk.GetBucketPolicyCommand({ Bucket })),
        // A caller who may not list the bucket does not learn that the key is missing.
        one.send(new sdk.GetObjectCommand({ Bucket, Key: "mine/none" })),
      ];
      for (const call of denied) await expectAwsError(call, "AccessDenied");
      one.destroy();
    });

    it("require permission for the key of an encrypted object", async () => {
      const Bucket = await bench.bucket();
      const { KeyMetadata } = await bench.cloud.call<{ KeyMetadata: { Arn: string } }>({
        service: "kms",
        operation: "CreateKey",
        input: {},
        principal: rootPrincipal(ACCOUNT),
      });
      const SSEKMSKeyId = KeyMetadata.Arn;
      await bench.put(Bucket, "k", "secret", { ServerSideEncryption: "aws:kms", SSEKMSKeyId });
      expect(await bench.get(Bucket, "k")).to.include({
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId,
      });
      const get = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
      const as = async (name: string, statements: object[]): Promise<unknown> => {
        const credentials = await roleSession(bench.cloud, name, statements);
        const one = new sdk.S3Client({ ...settings(bench.cloud), credentials });
        return one
          .send(new sdk.GetObjectCommand({ Bucket, Key: "k" }))
          .finally(() => one.destroy());
      };
      await expectAwsError(as("without-key", [get]), "AccessDenied");
      await as("with-key", [
        get,
        { Effect: "Allow", Action: "kms:Decrypt", Resource: SSEKMSKeyId },
      ]);
    });

    it("tell a wrong session token from a missing one", async () => {
      const { accessKeyId, secretAccessKey } = await roleSession(bench.cloud, "tokenless", []);
      const list = async (sessionToken?: string): Promise<unknown> => {
        const credentials = { accessKeyId, secretAccessKey, sessionToken };
        const one = new sdk.S3Client({ ...settings(bench.cloud), credentials });
        return one.send(new sdk.ListBucketsCommand({})).finally(() => one.destroy());
      };
      await expectAwsError(
        list("other"),
        "InvalidToken",
        "The provided token is malformed or otherwise invalid.",
      );
      await expectAwsError(list(), "InvalidAccessKeyId");
    });

    it("serve a presigned URL of a role until it expires", async () => {
      const Bucket = await bench.bucket();
      await bench.put(Bucket, "a b/ü", "signed");
      const credentials = await roleSession(bench.cloud, "signer", [
        {
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:PutObject"],
          Resource: `arn:aws:s3:::${Bucket}/*`,
        },
      ]);
      const sign = (method: string, key: string): Promise<string> =>
        presign(bench.cloud, { method, path: `/${Bucket}/${key}`, credentials, expiresIn: 60 });
      const url = await sign("GET", "a%20b/%C3%BC");
      const answer = await fetch(url);
      expect([answer.status, await answer.text()]).to.deep.equal([200, "signed"]);
      expect((await fetch(url.replace("%C3%BC", "x"))).status).to.equal(403);
      const put = await fetch(await sign("PUT", "new"), { method: "PUT", body: "uploaded" });
      expect(put.status).to.equal(200);
      expect(await bench.text(Bucket, "new")).to.equal("uploaded");
      await bench.cloud.clock.advance(3_600_000);
      const late = await fetch(url);
      expect(late.status).to.equal(403);
      expect(await late.text()).to.match(
        /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>.*<X-Amz-Expires>60</s,
      );
    });
  });
});
