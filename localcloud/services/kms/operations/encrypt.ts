import type {
  DecryptCommandInput,
  DecryptCommandOutput,
  EncryptCommandInput,
  EncryptCommandOutput,
  ReEncryptCommandInput,
  ReEncryptCommandOutput,
} from "@aws-sdk/client-kms";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { AccessCheck, CallContext } from "../../../core/service";
import { invalidCiphertext, keyIdOf, open, seal } from "../model/envelope";
import { checkOn, encryptionContextValues, keyAccess } from "../model/keyAccess";
import { resolveKey } from "../model/resolveKey";
import type { KmsKey, KmsOperation, KmsStore } from "../store";
import { checkOptions, endDryRun, prepareKey } from "../model/usage";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html (bytes) */
const PLAINTEXT = { min: 1, max: 4096 };
/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html (bytes) */
const CIPHERTEXT = { min: 1, max: 6144 };
const ALGORITHM = "SYMMETRIC_DEFAULT";

export const encrypt: KmsOperation<EncryptCommandInput, EncryptCommandOutput> = {
  access: (input, context) =>
    keyAccess("Encrypt", input.KeyId, context, {
      ...encryptionContextValues(input.EncryptionContext),
      "kms:EncryptionAlgorithm": input.EncryptionAlgorithm ?? ALGORITHM,
    }),
  run(input, { store, clock }) {
    checkOptions(input);
    const plaintext = required(input.Plaintext, "plaintext");
    checkLength(plaintext, "plaintext", PLAINTEXT);
    const key = prepareKey(resolveKey(input.KeyId, store), {
      usage: "ENCRYPT_DECRYPT",
      operation: "Encrypt",
      now: clock.now(),
    });
    checkAlgorithm(input.EncryptionAlgorithm, key);
    endDryRun(input);
    return {
      CiphertextBlob: seal(key, plaintext, input.EncryptionContext),
      KeyId: key.arn,
      EncryptionAlgorithm: ALGORITHM,
    };
  },
};

export const decrypt: KmsOperation<DecryptCommandInput, DecryptCommandOutput> = {
  access: (input, context) =>
    ciphertextAccess("Decrypt", input.CiphertextBlob, context, input.EncryptionContext),
  run(input, context) {
    checkOptions(input);
    const { key, plaintext } = openBlob("Decrypt", context, {
      blob: input.CiphertextBlob,
      keyId: input.KeyId,
      encryptionContext: input.EncryptionContext,
      algorithm: input.EncryptionAlgorithm,
    });
    endDryRun(input);
    return { KeyId: key.arn, Plaintext: plaintext, EncryptionAlgorithm: ALGORITHM };
  },
};

export const reEncrypt: KmsOperation<ReEncryptCommandInput, ReEncryptCommandOutput> = {
  access: (input, context) => [
    ...ciphertextAccess(
      "ReEncryptFrom",
      input.CiphertextBlob,
      context,
      input.SourceEncryptionContext,
    ),
    ...keyAccess(
      "ReEncryptTo",
      input.DestinationKeyId,
      context,
      encryptionContextValues(input.DestinationEncryptionContext),
    ),
  ],
  run(input, context) {
    checkOptions(input);
    const { key: source, plaintext } = openBlob("ReEncrypt", context, {
      blob: input.CiphertextBlob,
      keyId: input.SourceKeyId,
      encryptionContext: input.SourceEncryptionContext,
      algorithm: input.SourceEncryptionAlgorithm,
    });
    const target = prepareKey(
      resolveKey(required(input.DestinationKeyId, "destinationKeyId"), context.store),
      { usage: "ENCRYPT_DECRYPT", operation: "ReEncrypt", now: context.clock.now() },
    );
    checkAlgorithm(input.DestinationEncryptionAlgorithm, target);
    endDryRun(input);
    return {
      CiphertextBlob: seal(target, plaintext, input.DestinationEncryptionContext),
      SourceKeyId: source.arn,
      KeyId: target.arn,
      SourceEncryptionAlgorithm: ALGORITHM,
      DestinationEncryptionAlgorithm: ALGORITHM,
    };
  },
};

interface SealedInput {
  readonly blob: Uint8Array | undefined;
  readonly keyId: string | undefined;
  readonly encryptionContext: Readonly<Record<string, string>> | undefined;
  readonly algorithm: string | undefined;
}

function openBlob(
  operation: string,
  context: CallContext<KmsStore>,
  sealed: SealedInput,
): { key: KmsKey; plaintext: Buffer } {
  const blob = required(sealed.blob, "ciphertextBlob");
  checkLength(blob, "ciphertextBlob", CIPHERTEXT);
  const expected = sealed.keyId === undefined ? undefined : resolveKey(sealed.keyId, context.store);
  const key = context.store.keys.get(keyIdOf(blob) ?? "");
  if (expected && (expected.material.kind !== "symmetric" || (key && expected !== key)))
    throw new AwsError(
      "IncorrectKeyException",
      "The key ID in the request does not identify a CMK that can perform this operation.",
    );
  if (!key) throw invalidCiphertext();
  prepareKey(key, { usage: "ENCRYPT_DECRYPT", operation, now: context.clock.now() });
  checkAlgorithm(sealed.algorithm, key);
  return { key, plaintext: open(key, blob, sealed.encryptionContext) };
}

/**
 * Returns the check on the key in the ciphertext. A ciphertext without a key is refused as such, for every caller.
 */
function ciphertextAccess(
  action: string,
  blob: Uint8Array | undefined,
  context: CallContext<KmsStore>,
  encryptionContext: Readonly<Record<string, string>> | undefined,
): AccessCheck[] {
  const key = context.store.keys.get(keyIdOf(blob) ?? "");
  return key ? [checkOn(key, action, context, encryptionContextValues(encryptionContext))] : [];
}

function checkAlgorithm(algorithm: string | undefined, key: KmsKey): void {
  if (algorithm === undefined || algorithm === ALGORITHM) return;
  throw new AwsError(
    "InvalidKeyUsageException",
    `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`,
  );
}
