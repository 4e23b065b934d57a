import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { keyReader, type ReadKeys } from "../../../../callbacks/instances/sshCron/readKeys";
import type { KeySource } from "../../../../callbacks/instances/sshCron/settings";
import { newKeyPair } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { type Cloud, rootAccess, startCloud } from "../../../../localcloud/testing";

const HOST = { id: "i-1", kind: "instance", name: "web", address: "", port: 22, tags: {} } as const;
const STATIC = { ...HOST, kind: "static" } as const;
const IN_S3: KeySource = { kind: "s3", bucket: "keys", key: "id" };

describe("SshCron: reading private keys from their sources", function () {
  this.timeout(60_000);
  let cloud: Cloud;
  let now = 0;
  let aws: ReturnType<typeof rootAccess>;
  before(async () => {
    cloud = await startCloud({ port: 0 });
    aws = rootAccess(cloud);
    await s3().send(new CreateBucketCommand({ Bucket: "keys" }));
  });
  after(() => cloud.close());

  const s3 = (): S3Client => new S3Client({ ...aws, forcePathStyle: true });
  const put = (Body: string, Key = "id"): Promise<unknown> =>
    s3().send(new PutObjectCommand({ Bucket: "keys", Key, Body }));
  const reader = (...sources: KeySource[]) => {
    const { endpoint, region, credentials } = aws;
    const deps = {
      aws: { endpoint, region, credentials, forcePathStyle: true },
      now: () => now,
      random: () => 0.5,
      sleep: async () => undefined,
    };
    return (host: typeof HOST | typeof STATIC = HOST): Promise<ReadKeys> => read(host, "ec2-user");
    function read(...args: Parameters<ReturnType<typeof keyReader>>): Promise<ReadKeys> {
      made ??= keyReader(sources, deps);
      return made(...args);
    }
  };
  let made: ReturnType<typeof keyReader> | undefined;
  beforeEach(() => (made = undefined));

  it("reads them from S3, Parameter Store and Secrets Manager, in any format", async () => {
    const { privateKey } = newKeyPair("x");
    await put(privateKey);
    const ssm = new SSMClient(aws);
    const pkcs8 = generateKeyPairSync("ed25519").privateKey.export({
      type: "pkcs8",
      format: "pem",
    });
    const Value = String(pkcs8);
    await ssm.send(new PutParameterCommand({ Name: "/ssh/key", Type: "SecureString", Value }));
    const secrets = new SecretsManagerClient(aws);
    const { ARN: secret = "" } = await secrets.send(
      new CreateSecretCommand({ Name: "ssh-key", SecretString: privateKey }),
    );
    expect(await reader(IN_S3)()).to.deep.equal({ privateKeys: [privateKey] });
    made = undefined;
    const read = await reader({ kind: "ssm", parameter: "/ssh/key" }, { kind: "secret", secret })();
    if ("problem" in read) throw new Error(read.problem);
    expect(read.privateKeys[0]).to.match(/^-----BEGIN OPENSSH PRIVATE KEY-----/);
    expect(read.privateKeys[1]).to.equal(privateKey);
  });

  it("uses a replaced key for five minutes at most", async () => {
    const [old, next] = [newKeyPair("old"), newKeyPair("next")];
    await put(old.privateKey);
    const read = reader(IN_S3);
    expect(await read()).to.deep.equal({ privateKeys: [old.privateKey] });
    await put(next.privateKey);
    now += 299_000;
    expect(await read()).to.deep.equal({ privateKeys: [old.privateKey] });
    now += 2_000;
    expect(await read()).to.deep.equal({ privateKeys: [next.privateKey] });
  });

  it("continues with one key of two while the other is missing or broken, and sees a repaired one at once", async () => {
    const good = newKeyPair("good").privateKey;
    await put(good);
    await put("no key", "broken");
    const broken: KeySource = { kind: "s3", bucket: "keys", key: "broken" };
    const read = reader({ kind: "s3", bucket: "keys", key: "none" }, broken, IN_S3);
    expect(await read()).to.deep.equal({ privateKeys: [good] });
    await put(good, "broken");
    expect(await read()).to.deep.equal({ privateKeys: [good, good] });
  });

  it("says what is wrong with each and how to fix it, and reveals nothing of a key", async () => {
    const body = newKeyPair("x").privateKey.split("\n")[3];
    await put(`-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`, "bad");
    const bad: KeySource = { kind: "s3", bucket: "keys", key: "bad" };
    const read = await reader(
      { kind: "s3", bucket: "keys", key: "none" },
      bad,
      { kind: "ssm", parameter: "/none" },
      { kind: "instanceConnect" },
    )(STATIC);
    if (!("problem" in read)) throw new Error("there is no key");
    expect(read.problem).to.contain("s3://keys/none: NoSuchKey; run npx aws-callbacks new-key");
    expect(read.problem).to.contain("s3://keys/bad: its contents cannot be read");
    expect(read.problem).to.contain("the parameter /none: ParameterNotFound");
    expect(read.problem).to.contain("EC2 Instance Connect: the host is not an instance");
    expect(read.problem).not.to.contain(body.slice(0, 16));
  });

  it("distinguishes a damaged RSA or EC key, which parses as a key, from one that a host refuses", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const pems = [
      String(rsa.export({ type: "pkcs1", format: "pem" })),
      String(ec.export({ type: "sec1", format: "pem" })),
    ];
    for (const pem of pems) {
      const lines = pem.trim().split("\n");
      await put([...lines.slice(0, 2), ...lines.slice(3)].join("\n"));
      expect(await reader(IN_S3)()).to.have.property("problem");
      made = undefined;
      await put(pem);
      expect(await reader(IN_S3)()).to.deep.equal({ privateKeys: [pem] });
      made = undefined;
    }
    // One digit of the modulus differs: the format is valid, and the parts belong to two keys.
    const jwk = rsa.export({ format: "jwk" });
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const n = String(other.export({ format: "jwk" }).n);
    const mixed = createPrivateKey({ key: { ...jwk, n }, format: "jwk" });
    await put(String(mixed.export({ type: "pkcs1", format: "pem" })));
    const read = await reader(IN_S3)();
    expect("problem" in read && read.problem).to.match(/keys\/id: its (parts|contents)/);
  });

  it("throws errors that may be temporary, so that the message is retried", async () => {
    const fault = { kind: "throttle", service: "s3", operation: "GetObject" } as const;
    const id = cloud.faults.add({ ...fault, times: "forever" });
    const error: unknown = await reader(IN_S3)().catch((reason: unknown) => reason);
    cloud.faults.remove(id);
    expect(error, JSON.stringify(error)).to.be.instanceOf(Error);
  });
});
