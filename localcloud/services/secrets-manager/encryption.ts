import { AwsError } from "../../core/errors";
import { forwardAccess } from "../../core/forwardAccess";
import type { CallContext } from "../../core/service";
import type { Secret, SecretsStore, SecretVersion } from "./store";

export const DEFAULT_KEY = "alias/aws/secretsmanager";

/**
 * Creates a data key for one version, as the caller.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export async function dataKeyFor(
  secret: Pick<Secret, "arn">,
  versionId: string,
  keyId: string,
  context: CallContext<SecretsStore>,
): Promise<Uint8Array> {
  const input = {
    KeyId: keyId,
    KeySpec: "AES_256",
    EncryptionContext: encryptionContext(secret, versionId),
  };
  const { CiphertextBlob } = await callKms<{ CiphertextBlob: Uint8Array }>(
    "GenerateDataKey",
    input,
    "EncryptionFailure",
    context,
  );
  return CiphertextBlob;
}

/** Rejects if the caller may not use the version's key. */
export async function checkMayDecrypt(
  secret: Secret,
  version: SecretVersion,
  context: CallContext<SecretsStore>,
): Promise<void> {
  const EncryptionContext = encryptionContext(secret, version.id);
  const input = { CiphertextBlob: version.dataKey, EncryptionContext };
  await callKms("Decrypt", input, "DecryptionFailure", context);
}

function encryptionContext({ arn }: Pick<Secret, "arn">, versionId: string): object {
  return { SecretARN: arn, SecretVersionId: versionId };
}

async function callKms<Output>(
  operation: string,
  input: object,
  failure: "EncryptionFailure" | "DecryptionFailure",
  { cloud, principal, region }: CallContext<SecretsStore>,
): Promise<Output> {
  try {
    return await cloud.call<Output>({
      service: "kms",
      operation,
      input,
      principal: forwardAccess(principal, "secretsmanager", region),
      region,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // https://repost.aws/knowledge-center/secrets-manager-cross-account-key
    if (error.code === "AccessDeniedException")
      throw new AwsError("AccessDeniedException", "Access to KMS is not allowed", { status: 400 });
    throw new AwsError(failure, `${error.message} (Service: AWSKMS; Error Code: ${error.code})`);
  }
}
