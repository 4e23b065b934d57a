import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { ProjectError } from "./projectError";

/** Pulumi's passphrase secrets: PBKDF2-SHA256 with a million rounds, AES-256-GCM with a 16-byte tag. */
const ROUNDS = 1_000_000;
const TAG_BYTES = 16;

const keys = new Map<string, Buffer>();

/** Decrypts a `secure:` value of a stack that uses the passphrase provider; otherwise throws a ProjectError. */
export function decryptSecure(
  ciphertext: string,
  options: { salt: string | undefined; passphrase: string | undefined; key: string; stack: string },
): string {
  const { salt, passphrase, key, stack } = options;
  const advice = `Set it without --secret for the local cloud, or set PULUMI_CONFIG_PASSPHRASE to the stack's passphrase.`;
  if (salt === undefined)
    throw new ProjectError(
      `Configuration '${key}' of stack '${stack}' is encrypted by a service that the local cloud cannot reach. ${advice}`,
    );
  if (passphrase === undefined)
    throw new ProjectError(`Configuration '${key}' of stack '${stack}' is a secret. ${advice}`);
  const [version, nonce, data] = ciphertext.split(":");
  const [saltVersion, saltText] = salt.split(":");
  if (version !== "v1" || saltVersion !== "v1" || !nonce || !data || !saltText)
    throw new ProjectError(
      `Configuration '${key}' of stack '${stack}' has an unknown form of encryption.`,
    );
  try {
    return decrypt(derive(passphrase, saltText), nonce, data);
  } catch {
    throw new ProjectError(
      `Configuration '${key}' of stack '${stack}' cannot be decrypted: PULUMI_CONFIG_PASSPHRASE is not its passphrase.`,
    );
  }
}

function derive(passphrase: string, salt: string): Buffer {
  const id = `${salt}\0${passphrase}`;
  const known = keys.get(id);
  if (known) return known;
  const key = pbkdf2Sync(passphrase, Buffer.from(salt, "base64"), ROUNDS, 32, "sha256");
  keys.set(id, key);
  return key;
}

function decrypt(key: Buffer, nonce: string, data: string): string {
  const bytes = Buffer.from(data, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString(
    "utf8",
  );
}
