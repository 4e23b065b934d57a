import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AwsError } from "../../../core/errors";
import { forwardAccess } from "../../../core/forwardAccess";
import type { CallContext } from "../../../core/service";
import type { ParameterVersion, SsmStore, StoredParameter } from "../store";

export const DEFAULT_KEY = "alias/aws/ssm";

/** A SecureString's value and its location. */
interface Secret {
  readonly arn: string;
  readonly keyId: string;
  readonly tier: string;
}

/**
 * Encrypts a value as the caller: standard parameters directly with the key, advanced ones with a data key; the
 * encryption context is always the parameter's ARN.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
 */
export async function encryptValue(
  value: string,
  secret: Secret,
  context: CallContext<SsmStore>,
): Promise<string> {
  const plaintext = Buffer.from(value);
  const input = { KeyId: secret.keyId, EncryptionContext: { PARAMETER_ARN: secret.arn } };
  if (secret.tier !== "Advanced") {
    const { CiphertextBlob } = await callKms<{ CiphertextBlob: Uint8Array }>(
      "Encrypt",
      { ...input, Plaintext: plaintext },
      context,
    );
    return Buffer.from(CiphertextBlob).toString("base64");
  }
  const dataKey = await callKms<{ CiphertextBlob: Uint8Array; Plaintext: Uint8Array }>(
    "GenerateDataKey",
    { ...input, KeySpec: "AES_256" },
    context,
  );
  return pack(dataKey.CiphertextBlob, seal(dataKey.Plaintext, plaintext)).toString("base64");
}

/** Returns the plaintext of a SecureString version, decrypted as the caller. */
export async function decryptValue(
  parameter: StoredParameter,
  version: ParameterVersion,
  context: CallContext<SsmStore>,
): Promise<string> {
  const blob = Buffer.from(version.value, "base64");
  const advanced = version.tier === "Advanced";
  const { head, body } = advanced ? unpack(blob) : { head: blob, body: blob };
  const { Plaintext } = await callKms<{ Plaintext: Uint8Array }>(
    "Decrypt",
    { CiphertextBlob: head, EncryptionContext: { PARAMETER_ARN: parameter.arn } },
    context,
  );
  return (advanced ? open(Plaintext, body) : Buffer.from(Plaintext)).toString();
}

/** KMS errors that Parameter Store reports as its own InvalidKeyId. */
const KEY_ERRORS: readonly string[] = [
  "NotFoundException",
  "DisabledException",
  "KMSInvalidStateException",
  "InvalidKeyUsageException",
  "InvalidArnException",
];

async function callKms<Output>(
  operation: string,
  input: object,
  { cloud, principal, region }: CallContext<SsmStore>,
): Promise<Output> {
  try {
    return await cloud.call<Output>({
      service: "kms",
      operation,
      input,
      principal: forwardAccess(principal, "ssm", region),
      region,
    });
  } catch (error) {
    if (!(error instanceof AwsError) || !KEY_ERRORS.includes(error.code)) throw error;
    throw new AwsError(
      "InvalidKeyId",
      `${error.message} (Service: AWSKMS; Status Code: 400; Error Code: ${error.code})`,
    );
  }
}

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** Encrypts with AES-256-GCM into nonce, tag and ciphertext. */
function seal(key: Uint8Array, plaintext: Buffer): Buffer {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

function open(key: Uint8Array, sealed: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_LENGTH));
  decipher.setAuthTag(sealed.subarray(NONCE_LENGTH, NONCE_LENGTH + TAG_LENGTH));
  return Buffer.concat([
    decipher.update(sealed.subarray(NONCE_LENGTH + TAG_LENGTH)),
    decipher.final(),
  ]);
}

/** Joins the encrypted data key, preceded by its length, and the data that it encrypts. */
function pack(head: Uint8Array, body: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(head.length);
  return Buffer.concat([length, head, body]);
}

function unpack(blob: Buffer): { head: Buffer; body: Buffer } {
  const end = 2 + blob.readUInt16BE(0);
  return { head: blob.subarray(2, end), body: blob.subarray(end) };
}
