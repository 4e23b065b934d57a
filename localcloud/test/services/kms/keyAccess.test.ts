import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  DescribeKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { forwardAccess } from "../../../core/forwardAccess";
import { iam } from "../../../services/iam";
import { kms } from "../../../services/kms";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";

const ACCOUNT = "123456789012";

describe("access to kms keys", () => {
  let cloud: Cloud;
  let root: KMSClient;
  let keyId: string;
  let keyArn: string;

  before(async () => {
    cloud = await startCloud({ services: [iam, kms], clock: "manual" });
    const common = { endpoint: cloud.endpoint, region: "us-east-1", maxAttempts: 1 };
    const credentials = { accessKeyId: "root", secretAccessKey: "root" };
    root = new KMSClient({ ...common, credentials });
    const { KeyMetadata } = await root.send(new CreateKeyCommand({}));
    keyId = String(KeyMetadata?.KeyId);
    keyArn = String(KeyMetadata?.Arn);
  });

  after(async () => {
    root.destroy();
    await cloud.close();
  });

  /** Returns a client with a session of a new role with these statements. */
  async function roleClient(roleName: string, statements: object[]): Promise<KMSClient> {
    const credentials = await roleSession(cloud, roleName, statements);
    return new KMSClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      maxAttempts: 1,
      credentials,
    });
  }

  it("is delegated to IAM by the default key policy, including the encryption context", async () => {
    const reader = await roleClient("reader", [
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: keyArn,
        Condition: { StringEquals: { "kms:EncryptionContext:purpose": "jwt" } },
      },
    ]);
    const seal = async (purpose: string): Promise<Uint8Array | undefined> => {
      const EncryptionContext = { purpose };
      const input = { KeyId: keyId, Plaintext: Buffer.from("x"), EncryptionContext };
      return (await root.send(new EncryptCommand(input))).CiphertextBlob;
    };
    const opened = await reader.send(
      new DecryptCommand({
        CiphertextBlob: await seal("jwt"),
        EncryptionContext: { purpose: "jwt" },
      }),
    );
    expect(Buffer.from(opened.Plaintext ?? []).toString()).to.equal("x");
    const other = new DecryptCommand({
      CiphertextBlob: await seal("other"),
      EncryptionContext: { purpose: "other" },
    });
    await expectAwsError(reader.send(other), "AccessDeniedException");
    const encrypt = new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from("x") });
    await expectAwsError(reader.send(encrypt), "AccessDeniedException");
    reader.destroy();
  });

  it("is denied if the key policy does not delegate it, whatever IAM policies allow", async () => {
    const admin = await roleClient("admin", [{ Effect: "Allow", Action: "kms:*", Resource: "*" }]);
    const { KeyMetadata } = await root.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId;
    await admin.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
    await root.send(
      new PutKeyPolicyCommand({
        KeyId,
        BypassPolicyLockoutSafetyCheck: true,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/somebody` },
            Action: "kms:*",
            Resource: "*",
          },
        }),
      }),
    );
    await expectAwsError(
      admin.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") })),
      "AccessDeniedException",
    );
    admin.destroy();
  });

  it("to an AWS managed key works only through its service, and then without any IAM permission", async () => {
    const nobody = await roleClient("nobody", []);
    const direct = new EncryptCommand({ KeyId: "alias/aws/ssm", Plaintext: Buffer.from("x") });
    await expectAwsError(nobody.send(direct), "AccessDeniedException");
    const { principal } = cloud.identity.assumeForService({
      roleArn: `arn:aws:iam::${ACCOUNT}:role/nobody`,
      service: "lambda.amazonaws.com",
      sessionName: "test",
    });
    const call = (service: string): Promise<{ KeyId: string }> =>
      cloud.call<{ KeyId: string }>({
        service: "kms",
        operation: "Encrypt",
        input: { KeyId: "alias/aws/ssm", Plaintext: Buffer.from("x") },
        principal: forwardAccess(principal, service, "us-east-1"),
      });
    expect((await call("ssm")).KeyId).to.match(/^arn:aws:kms:us-east-1:123456789012:key\//);
    await expectAwsError(call("sqs"), "AccessDeniedException");
    nobody.destroy();
  });

  it("does not let anyone manage an AWS managed key, not even the account's root user", async () => {
    const { KeyMetadata } = await root.send(new DescribeKeyCommand({ KeyId: "alias/aws/sqs" }));
    expect(KeyMetadata?.KeyManager).to.equal("AWS");
    await expectAwsError(
      root.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId })),
      "AccessDeniedException",
    );
  });
});
