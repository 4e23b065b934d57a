import {
  GenerateMacCommand,
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
  type KeySpec,
  type SigningAlgorithmSpec,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import { createHash, createPublicKey, verify as verifyWithNode } from "node:crypto";
import { expectAwsError } from "../../support/expectAwsError";
import { bytes, startKms, type KmsHarness } from "./harness";

describe("KMS signatures and codes", () => {
  let kms: KmsHarness;
  let client: KmsHarness["client"];
  let newKey: KmsHarness["newKey"];

  before(async () => {
    kms = await startKms();
    ({ client, newKey } = kms);
  });

  after(() => kms?.close());

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
