import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { keyMaker } from "../../../../callbacks/instances/sshCron/keyMaker";
import { newKeyPair, publicKeyOf } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { type Cloud, rootAccess, startCloud } from "../../../../localcloud/testing";

describe("SshCron: making a key pair", function () {
  this.timeout(60_000);
  let cloud: Cloud;
  let s3: S3Client;
  before(async () => {
    cloud = await startCloud({ port: 0 });
    s3 = new S3Client({ ...rootAccess(cloud), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "keys" }));
  });
  after(() => cloud.close());

  const text = async (Key: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "keys", Key }));
    return (await Body?.transformToString()) ?? "";
  };
  const make = (key: string) => keyMaker(s3, { bucket: "keys", key }, "hello")();
  const expectPair = async (key: string, publicKey: string): Promise<void> => {
    expect(publicKeyOf(await text(key), "hello")).to.equal(publicKey);
    expect(await text(`${key}.pub`)).to.equal(`${publicKey}\n`);
  };

  it("creates it once, and answers with the same public key from then on", async () => {
    const { publicKey } = await make("once");
    expect(publicKey).to.match(/^ssh-ed25519 \S+ hello$/);
    expect(await make("once")).to.deep.equal({ publicKey });
    await expectPair("once", publicKey);
  });

  it("creates one pair of two matching parts, however many calls come at the same time", async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => make("race")));
    expect(new Set(answers.map(({ publicKey }) => publicKey)).size).to.equal(1);
    await expectPair("race", answers[0].publicKey);
  });

  it("continues with the same pair when the previous call ended between the two parts", async () => {
    const { publicKey } = await make("half");
    await s3.send(new DeleteObjectCommand({ Bucket: "keys", Key: "half.pub" }));
    expect(await make("half")).to.deep.equal({ publicKey });
    await expectPair("half", publicKey);
  });

  it("replaces no pair that it may not read", async () => {
    const { publicKey } = await make("denied");
    const fault = { kind: "accessDenied", service: "s3", operation: "GetObject" } as const;
    const id = cloud.faults.add({ ...fault, times: "forever" });
    const error: unknown = await make("denied").catch((reason: unknown) => reason);
    cloud.faults.remove(id);
    expect(error).to.be.instanceOf(Error);
    await expectPair("denied", publicKey);
  });

  it("keeps a key of another form with its public key, or says what is missing", async () => {
    const put = (Key: string, Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: "keys", Key, Body }));
    await put("pem", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    const error: unknown = await make("pem").catch((reason: unknown) => reason);
    expect(String(error)).to.contain("s3://keys/pem cannot be derived").and.not.to.contain("AAAA");
    const { publicKey } = newKeyPair("mine");
    await put("pem.pub", publicKey);
    expect(await make("pem")).to.deep.equal({ publicKey });
  });
});
