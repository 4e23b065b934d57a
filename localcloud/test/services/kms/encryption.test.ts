import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  ReEncryptCommand,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import * as fc from "fast-check";
import { expectAwsError } from "../../support/expectAwsError";
import { bytes, text, startKms, type KmsHarness } from "./harness";

describe("KMS encryption", () => {
  let kms: KmsHarness;
  let cloud: KmsHarness["cloud"];
  let client: KmsHarness["client"];
  let newKey: KmsHarness["newKey"];

  before(async () => {
    kms = await startKms();
    ({ cloud, client, newKey } = kms);
  });

  after(() => kms?.close());

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
    const sealed = await client.send(new EncryptCommand({ KeyId: from.id, Plaintext: bytes("x") }));
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
    expect(Buffer.from(opened.Plaintext ?? []).equals(made.Plaintext ?? bytes("?"))).to.equal(true);
    const blind = await client.send(
      new GenerateDataKeyWithoutPlaintextCommand({ KeyId: id, NumberOfBytes: 24 }),
    );
    expect(blind).not.to.have.property("Plaintext");
    const length = await client.send(new DecryptCommand({ CiphertextBlob: blind.CiphertextBlob }));
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
