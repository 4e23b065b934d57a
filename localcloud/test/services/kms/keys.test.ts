import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { bytes, text, startKms, type KmsHarness } from "./harness";

const DAY_MS = 86_400_000;

describe("KMS keys", () => {
  let kms: KmsHarness;
  let cloud: KmsHarness["cloud"];
  let client: KmsHarness["client"];
  let newKey: KmsHarness["newKey"];

  before(async () => {
    kms = await startKms();
    ({ cloud, client, newKey } = kms);
  });

  after(() => kms?.close());

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

    it("refuse two members for their spec, even if both are the same", () =>
      expectAwsError(
        newKey({ KeySpec: "SYMMETRIC_DEFAULT", CustomerMasterKeySpec: "SYMMETRIC_DEFAULT" }),
        "ValidationException",
        "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
      ));

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
      expect(scheduled.DeletionDate?.getTime()).to.be.closeTo(
        cloud.clock.now() + 7 * DAY_MS,
        60_000,
      );
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
});
