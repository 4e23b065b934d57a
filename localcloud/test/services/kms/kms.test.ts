import { createPublicKey, verify as verifyWithNode, createHash } from "node:crypto";
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  GetPublicKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  VerifyCommand,
  VerifyMacCommand,
  type CreateKeyCommandInput,
  type KeySpec,
  type SigningAlgorithmSpec,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import * as fc from "fast-check";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { iam } from "../../../services/iam";
import { kms } from "../../../services/kms";
import { expectAwsError } from "../../support/expectAwsError";

const DAY_MS = 86_400_000;

describe("kms", () => {
  let cloud: Cloud;
  let client: KMSClient;

  before(async () => {
    cloud = await startCloud({ services: [iam, kms], clock: "manual" });
    client = new KMSClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "root", secretAccessKey: "root" },
      maxAttempts: 1,
    });
  });

  after(async () => {
    client.destroy();
    await cloud.close();
  });

  async function newKey(input: CreateKeyCommandInput = {}): Promise<{ id: string; arn: string }> {
    const { KeyMetadata } = await client.send(new CreateKeyCommand(input));
    return { id: String(KeyMetadata?.KeyId), arn: String(KeyMetadata?.Arn) };
  }

  describe("keys", () => {
    it("are described like in KMS", async () => {
      const { id, arn } = await newKey({ Description: "test key 123" });
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: id }));
      expect(KeyMetadata).to.deep.include({
        AWSAccountId: "123456789012",
        Arn: arn,
        CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
        Description: "test key 123",
        Enabled: true,
        EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
        KeyManager: "CUSTOMER",
        KeySpec: "SYMMETRIC_DEFAULT",
        KeyState: "Enabled",
        KeyUsage: "ENCRYPT_DECRYPT",
        MultiRegion: false,
        Origin: "AWS_KMS",
      });
    });

    it("are refused with KMS's messages if unknown or malformed", async () => {
      const missing = "00000000-0000-4000-8000-000000000000";
      await expectAwsError(
        client.send(new DescribeKeyCommand({ KeyId: missing })),
        "NotFoundException",
        `Key 'arn:aws:kms:us-east-1:123456789012:key/${missing}' does not exist`,
      );
      await expectAwsError(
        client.send(new DescribeKeyCommand({ KeyId: "fake-key-id" })),
        "NotFoundException",
        "Invalid keyId 'fake-key-id'",
      );
      await expectAwsError(
        client.send(new DescribeKeyCommand({ KeyId: "alias/none" })),
        "NotFoundException",
        "Alias arn:aws:kms:us-east-1:123456789012:alias/none is not found.",
      );
    });

    it("require a usage unless they are symmetric", async () => {
      await expectAwsError(
        newKey({ KeySpec: "HMAC_256" }),
        "ValidationException",
        "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
      );
    });

    it("refuse unsupported options by name", async () => {
      await expectAwsError(
        newKey({ MultiRegion: true }),
        "UnsupportedOperationException",
        "The local cloud does not implement kms:CreateKey with MultiRegion.",
      );
    });

    it("are listed in pages without losing or repeating one", async () => {
      const made = await Promise.all(Array.from({ length: 5 }, () => newKey()));
      const seen: string[] = [];
      let Marker: string | undefined;
      do {
        const answer = await client.send(new ListKeysCommand({ Limit: 2, Marker }));
        seen.push(...(answer.Keys ?? []).map((key) => String(key.KeyId)));
        Marker = answer.NextMarker;
        expect(answer.Truncated).to.equal(Marker !== undefined);
      } while (Marker);
      expect(seen).to.include.members(made.map((key) => key.id));
      expect(new Set(seen).size).to.equal(seen.length);
      await expectAwsError(
        client.send(new ListKeysCommand({ Marker: "bogus" })),
        "InvalidMarkerException",
      );
    });

    it("keep tags, and refuse a repeated tag key", async () => {
      const { id } = await newKey({ Tags: [{ TagKey: "a", TagValue: "1" }] });
      await client.send(
        new TagResourceCommand({ KeyId: id, Tags: [{ TagKey: "b", TagValue: "2" }] }),
      );
      await client.send(new UntagResourceCommand({ KeyId: id, TagKeys: ["a"] }));
      const { Tags } = await client.send(new ListResourceTagsCommand({ KeyId: id }));
      expect(Tags).to.deep.equal([{ TagKey: "b", TagValue: "2" }]);
      const twice = [
        { TagKey: "x", TagValue: "1" },
        { TagKey: "x", TagValue: "2" },
      ];
      await expectAwsError(
        client.send(new TagResourceCommand({ KeyId: id, Tags: twice })),
        "TagException",
      );
    });

    it("refuse a key policy that locks out its author, unless the check is bypassed", async () => {
      const { id } = await newKey();
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "kms:Encrypt",
          Resource: "*",
        },
      });
      await expectAwsError(
        client.send(new PutKeyPolicyCommand({ KeyId: id, Policy })),
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
      );
      await client.send(
        new PutKeyPolicyCommand({ KeyId: id, Policy, BypassPolicyLockoutSafetyCheck: true }),
      );
      // Now no principal can read or repair it, including the account's root user.
      await expectAwsError(
        client.send(new GetKeyPolicyCommand({ KeyId: id })),
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:root is not authorized to perform: kms:GetKeyPolicy on resource: " +
          `arn:aws:kms:us-east-1:123456789012:key/${id} because no resource-based policy allows the kms:GetKeyPolicy action`,
      );
    });
  });

  describe("aliases", () => {
    it("point at a key, can be moved to another one and deleted", async () => {
      const [first, second] = [await newKey(), await newKey()];
      const AliasName = "alias/moving";
      await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: first.id }));
      await expectAwsError(
        client.send(new CreateAliasCommand({ AliasName, TargetKeyId: first.id })),
        "AlreadyExistsException",
        "An alias with the name arn:aws:kms:us-east-1:123456789012:alias/moving already exists",
      );
      await client.send(new UpdateAliasCommand({ AliasName, TargetKeyId: second.id }));
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: AliasName }));
      expect(KeyMetadata?.KeyId).to.equal(second.id);
      const { Aliases } = await client.send(new ListAliasesCommand({ KeyId: second.id }));
      expect(Aliases?.map((alias) => alias.AliasName)).to.deep.equal([AliasName]);
      await client.send(new DeleteAliasCommand({ AliasName }));
      await expectAwsError(
        client.send(new DescribeKeyCommand({ KeyId: AliasName })),
        "NotFoundException",
      );
    });

    it("must begin with alias/ and not with alias/aws/", async () => {
      const { id } = await newKey();
      await expectAwsError(
        client.send(new CreateAliasCommand({ AliasName: "plain", TargetKeyId: id })),
        "ValidationException",
        'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
      );
      await expectAwsError(
        client.send(new CreateAliasCommand({ AliasName: "alias/aws/mine", TargetKeyId: id })),
        "NotAuthorizedException",
      );
    });
  });

  describe("encryption", () => {
    it("returns the encrypted bytes, for any bytes and context, without a key id", async () => {
      const { id, arn } = await newKey();
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ minLength: 1, maxLength: 4096 }),
          fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ maxLength: 8 })),
          async (Plaintext, EncryptionContext) => {
            const sealed = await client.send(
              new EncryptCommand({ KeyId: id, Plaintext, EncryptionContext }),
            );
            const opened = await client.send(
              new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext }),
            );
            expect(Buffer.from(opened.Plaintext ?? []).equals(Plaintext)).to.equal(true);
            expect(opened.KeyId).to.equal(arn);
          },
        ),
        { numRuns: 25 },
      );
    });

    it("does not depend on the order of the encryption context", async () => {
      const { id } = await newKey();
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({
          KeyId: id,
          Plaintext: bytes("x"),
          EncryptionContext: { b: "2", a: "1" },
        }),
      );
      const opened = await client.send(
        new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: "1", b: "2" } }),
      );
      expect(text(opened.Plaintext)).to.equal("x");
    });

    it("refuses another context, altered bytes and bytes that are not a ciphertext", async () => {
      const { id } = await newKey();
      const { CiphertextBlob = new Uint8Array() } = await client.send(
        new EncryptCommand({ KeyId: id, Plaintext: bytes("x"), EncryptionContext: { a: "1" } }),
      );
      const altered = Uint8Array.from(CiphertextBlob);
      altered[altered.length - 1] ^= 1;
      for (const input of [
        { CiphertextBlob },
        { CiphertextBlob, EncryptionContext: { a: "2" } },
        { CiphertextBlob: altered, EncryptionContext: { a: "1" } },
        { CiphertextBlob: bytes("nothing of ours") },
      ])
        await expectAwsError(client.send(new DecryptCommand(input)), "InvalidCiphertextException");
    });

    it("refuses to decrypt with another key than the ciphertext's", async () => {
      const [one, other] = [await newKey(), await newKey()];
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({ KeyId: one.id, Plaintext: bytes("x") }),
      );
      await expectAwsError(
        client.send(new DecryptCommand({ CiphertextBlob, KeyId: other.id })),
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
      );
    });

    it("accepts at most 4096 bytes", async () => {
      const { id } = await newKey();
      await client.send(new EncryptCommand({ KeyId: id, Plaintext: new Uint8Array(4096) }));
      await expectAwsError(
        client.send(new EncryptCommand({ KeyId: id, Plaintext: new Uint8Array(4097) })),
        "ValidationException",
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: " +
          "Member must have length less than or equal to 4096",
      );
      await expectAwsError(
        client.send(new DecryptCommand({ CiphertextBlob: new Uint8Array(6145) })),
        "ValidationException",
      );
    });

    it("re-encrypts under another key without showing the plaintext", async () => {
      const [from, to] = [await newKey(), await newKey()];
      const sealed = await client.send(
        new EncryptCommand({ KeyId: from.id, Plaintext: bytes("x") }),
      );
      const moved = await client.send(
        new ReEncryptCommand({
          CiphertextBlob: sealed.CiphertextBlob,
          DestinationKeyId: to.id,
          DestinationEncryptionContext: { now: "here" },
        }),
      );
      expect(moved).to.include({ SourceKeyId: from.arn, KeyId: to.arn });
      const opened = await client.send(
        new DecryptCommand({
          CiphertextBlob: moved.CiphertextBlob,
          EncryptionContext: { now: "here" },
        }),
      );
      expect(text(opened.Plaintext)).to.equal("x");
    });

    it("creates data keys whose ciphertext decrypts to the same key", async () => {
      const { id } = await newKey();
      const made = await client.send(new GenerateDataKeyCommand({ KeyId: id, KeySpec: "AES_256" }));
      expect(made.Plaintext).to.have.length(32);
      const opened = await client.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }));
      expect(Buffer.from(opened.Plaintext ?? []).equals(made.Plaintext ?? bytes("?"))).to.equal(
        true,
      );
      const blind = await client.send(
        new GenerateDataKeyWithoutPlaintextCommand({ KeyId: id, NumberOfBytes: 24 }),
      );
      expect(blind).not.to.have.property("Plaintext");
      const length = await client.send(
        new DecryptCommand({ CiphertextBlob: blind.CiphertextBlob }),
      );
      expect(length.Plaintext).to.have.length(24);
    });

    it("requires exactly one of key spec and number of bytes, and 1 to 1024 random bytes", async () => {
      const { id } = await newKey();
      await expectAwsError(
        client.send(new GenerateDataKeyCommand({ KeyId: id })),
        "ValidationException",
      );
      await expectAwsError(
        client.send(new GenerateRandomCommand({})),
        "ValidationException",
        "NumberOfBytes is required.",
      );
      await expectAwsError(
        client.send(new GenerateRandomCommand({ NumberOfBytes: 1025 })),
        "ValidationException",
        "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: " +
          "Member must have value less than or equal to 1024",
      );
      const { Plaintext } = await client.send(new GenerateRandomCommand({ NumberOfBytes: 44 }));
      expect(Plaintext).to.have.length(44);
    });

    it("keeps plaintexts out of the record of calls", async () => {
      const { id } = await newKey();
      const after = cloud.recorder.last;
      await client.send(new EncryptCommand({ KeyId: id, Plaintext: bytes("hunter2") }));
      const calls = cloud.recorder.find({ service: "kms", after });
      expect(calls).to.have.length(1);
      expect(JSON.stringify(calls)).not.to.contain("hunter2");
      expect(JSON.stringify(calls)).not.to.contain(Buffer.from("hunter2").toString("base64"));
    });
  });

  describe("key states", () => {
    it("prevent the use of a key while it is disabled and allow it again when enabled", async () => {
      const { id, arn } = await newKey();
      const encrypt = new EncryptCommand({ KeyId: id, Plaintext: bytes("x") });
      const { CiphertextBlob } = await client.send(encrypt);
      await client.send(new DisableKeyCommand({ KeyId: id }));
      const disabled = `${arn} is disabled.`;
      await expectAwsError(client.send(encrypt), "DisabledException", disabled);
      await expectAwsError(
        client.send(new DecryptCommand({ CiphertextBlob })),
        "DisabledException",
        disabled,
      );
      await client.send(new EnableKeyCommand({ KeyId: id }));
      expect(text((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext)).to.equal(
        "x",
      );
    });

    it("delete the key and its aliases when the window ends, not before", async () => {
      const { id, arn } = await newKey();
      await client.send(new CreateAliasCommand({ AliasName: "alias/doomed", TargetKeyId: id }));
      const scheduled = await client.send(
        new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }),
      );
      expect(scheduled.DeletionDate?.getTime()).to.be.closeTo(cloud.clock.now() + 7 * DAY_MS, 1000);
      await expectAwsError(
        client.send(new EncryptCommand({ KeyId: id, Plaintext: bytes("x") })),
        "KMSInvalidStateException",
        `${arn} is pending deletion.`,
      );
      await cloud.clock.advance(7 * DAY_MS - 1);
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: id }));
      expect(KeyMetadata?.KeyState).to.equal("PendingDeletion");
      await cloud.clock.advance(1);
      await expectAwsError(client.send(new DescribeKeyCommand({ KeyId: id })), "NotFoundException");
      await expectAwsError(
        client.send(new DescribeKeyCommand({ KeyId: "alias/doomed" })),
        "NotFoundException",
      );
    });

    it("turn a key into a disabled one when its deletion is cancelled", async () => {
      const { id, arn } = await newKey();
      await expectAwsError(
        client.send(new CancelKeyDeletionCommand({ KeyId: id })),
        "KMSInvalidStateException",
        `${arn} is not pending deletion.`,
      );
      await client.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
      await client.send(new CancelKeyDeletionCommand({ KeyId: id }));
      await cloud.clock.advance(8 * DAY_MS);
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: id }));
      expect(KeyMetadata?.KeyState).to.equal("Disabled");
    });

    it("keep the deletion window between 7 and 30 days", async () => {
      const { id } = await newKey();
      for (const PendingWindowInDays of [6, 31])
        await expectAwsError(
          client.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays })),
          "ValidationException",
        );
    });

    it("rotate the secret on time and still decrypt older ciphertexts", async () => {
      const { id } = await newKey();
      await client.send(new EnableKeyRotationCommand({ KeyId: id, RotationPeriodInDays: 90 }));
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({ KeyId: id, Plaintext: bytes("old") }),
      );
      await cloud.clock.advance(200 * DAY_MS);
      expect(text((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext)).to.equal(
        "old",
      );
      const status = await client.send(new GetKeyRotationStatusCommand({ KeyId: id }));
      expect(status).to.include({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
      const next = status.NextRotationDate?.getTime() ?? 0;
      expect(next - cloud.clock.now()).to.be.within(69 * DAY_MS, 71 * DAY_MS);
    });
  });

  describe("signatures", () => {
    const cases: [KeySpec, SigningAlgorithmSpec][] = [
      ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"],
      ["RSA_2048", "RSASSA_PSS_SHA_512"],
      ["ECC_NIST_P256", "ECDSA_SHA_256"],
      ["ECC_NIST_P384", "ECDSA_SHA_384"],
      ["ECC_NIST_P521", "ECDSA_SHA_512"],
      ["ECC_SECG_P256K1", "ECDSA_SHA_256"],
    ];
    for (const [KeySpec, SigningAlgorithm] of cases)
      it(`of ${KeySpec} with ${SigningAlgorithm} agree for messages and digests`, async () => {
        const { id } = await newKey({ KeySpec, KeyUsage: "SIGN_VERIFY" });
        const Message = bytes("an important message");
        const hash = `sha${SigningAlgorithm.slice(-3)}`;
        const digest = createHash(hash).update(Message).digest();
        const common = { KeyId: id, SigningAlgorithm };
        const raw = await client.send(new SignCommand({ ...common, Message }));
        const pre = await client.send(
          new SignCommand({ ...common, Message: digest, MessageType: "DIGEST" }),
        );
        for (const { Signature } of [raw, pre]) {
          const whole = await client.send(new VerifyCommand({ ...common, Message, Signature }));
          const short = await client.send(
            new VerifyCommand({ ...common, Message: digest, MessageType: "DIGEST", Signature }),
          );
          expect([whole.SignatureValid, short.SignatureValid]).to.deep.equal([true, true]);
          const other = Message.map((byte) => byte ^ 1);
          await expectAwsError(
            client.send(new VerifyCommand({ ...common, Message: other, Signature })),
            "KMSInvalidSignatureException",
          );
          const otherDigest = createHash(hash).update(other).digest();
          await expectAwsError(
            client.send(
              new VerifyCommand({
                ...common,
                Message: otherDigest,
                MessageType: "DIGEST",
                Signature,
              }),
            ),
            "KMSInvalidSignatureException",
          );
        }
        const tooShort = new SignCommand({
          ...common,
          Message: digest.subarray(1),
          MessageType: "DIGEST",
        });
        await expectAwsError(
          client.send(tooShort),
          "ValidationException",
          `Digest is invalid length for algorithm ${SigningAlgorithm}.`,
        );
      });

    it("can be verified outside with the public key", async () => {
      const { id } = await newKey({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
      const Message = bytes("token");
      const { Signature = new Uint8Array() } = await client.send(
        new SignCommand({ KeyId: id, Message, SigningAlgorithm: "ECDSA_SHA_256" }),
      );
      const { PublicKey = new Uint8Array() } = await client.send(
        new GetPublicKeyCommand({ KeyId: id }),
      );
      const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
      expect(verifyWithNode("sha256", Message, key, Signature)).to.equal(true);
    });

    it("refuse a key with another usage and an algorithm of another key", async () => {
      const symmetric = await newKey();
      await expectAwsError(
        client.send(
          new SignCommand({
            KeyId: symmetric.id,
            Message: bytes("x"),
            SigningAlgorithm: "ECDSA_SHA_256",
          }),
        ),
        "InvalidKeyUsageException",
        `${symmetric.arn} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`,
      );
      const curve = await newKey({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
      await expectAwsError(
        client.send(
          new SignCommand({
            KeyId: curve.id,
            Message: bytes("x"),
            SigningAlgorithm: "ECDSA_SHA_384",
          }),
        ),
        "InvalidKeyUsageException",
        "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.",
      );
    });
  });

  describe("message authentication codes", () => {
    it("verify, and refuse another message", async () => {
      const { id } = await newKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
      const common = { KeyId: id, MacAlgorithm: "HMAC_SHA_256" as const };
      const { Mac } = await client.send(new GenerateMacCommand({ ...common, Message: bytes("a") }));
      expect(Mac).to.have.length(32);
      const good = await client.send(new VerifyMacCommand({ ...common, Message: bytes("a"), Mac }));
      expect(good.MacValid).to.equal(true);
      await expectAwsError(
        client.send(new VerifyMacCommand({ ...common, Message: bytes("b"), Mac })),
        "KMSInvalidMacException",
      );
      await expectAwsError(
        client.send(
          new GenerateMacCommand({ KeyId: id, MacAlgorithm: "HMAC_SHA_512", Message: bytes("a") }),
        ),
        "InvalidKeyUsageException",
        "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.",
      );
    });
  });
});

function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function text(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? []).toString();
}
