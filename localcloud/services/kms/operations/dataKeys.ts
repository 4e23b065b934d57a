import { randomBytes } from "node:crypto";
import type {
  GenerateDataKeyCommandInput,
  GenerateDataKeyCommandOutput,
  GenerateDataKeyWithoutPlaintextCommandInput,
  GenerateDataKeyWithoutPlaintextCommandOutput,
  GenerateRandomCommandInput,
  GenerateRandomCommandOutput,
} from "@aws-sdk/client-kms";
import { checkEnum, checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { CallContext } from "../../../core/service";
import { seal } from "../model/envelope";
import { encryptionContextValues, keyAccess } from "../model/keyAccess";
import { resolveKey } from "../model/resolveKey";
import type { KmsKey, KmsOperation, KmsStore } from "../store";
import { checkOptions, endDryRun, prepareKey } from "../model/usage";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html (bytes) */
const DATA_KEY = { min: 1, max: 1024 };

export const generateDataKey: KmsOperation<
  GenerateDataKeyCommandInput,
  GenerateDataKeyCommandOutput
> = {
  access: (input, context) =>
    keyAccess(
      "GenerateDataKey",
      input.KeyId,
      context,
      encryptionContextValues(input.EncryptionContext),
    ),
  run(input, context) {
    const { key, plaintext } = newDataKey("GenerateDataKey", input, context);
    return {
      CiphertextBlob: seal(key, plaintext, input.EncryptionContext),
      Plaintext: plaintext,
      KeyId: key.arn,
    };
  },
};

export const generateDataKeyWithoutPlaintext: KmsOperation<
  GenerateDataKeyWithoutPlaintextCommandInput,
  GenerateDataKeyWithoutPlaintextCommandOutput
> = {
  access: (input, context) =>
    keyAccess(
      "GenerateDataKeyWithoutPlaintext",
      input.KeyId,
      context,
      encryptionContextValues(input.EncryptionContext),
    ),
  run(input, context) {
    const { key, plaintext } = newDataKey("GenerateDataKeyWithoutPlaintext", input, context);
    return { CiphertextBlob: seal(key, plaintext, input.EncryptionContext), KeyId: key.arn };
  },
};

export const generateRandom: KmsOperation<GenerateRandomCommandInput, GenerateRandomCommandOutput> =
  {
    run(input) {
      checkOptions(input);
      if (input.CustomKeyStoreId !== undefined)
        throw new AwsError(
          "UnsupportedOperationException",
          "The local cloud does not implement kms:GenerateRandom with CustomKeyStoreId.",
        );
      if (input.NumberOfBytes === undefined)
        throw new AwsError("ValidationException", "NumberOfBytes is required.");
      checkRange(input.NumberOfBytes, "numberOfBytes", DATA_KEY);
      return { Plaintext: randomBytes(input.NumberOfBytes) };
    },
  };

function newDataKey(
  operation: string,
  input: GenerateDataKeyCommandInput,
  { store, clock }: CallContext<KmsStore>,
): { key: KmsKey; plaintext: Buffer } {
  checkOptions(input);
  const length = dataKeyLength(input);
  const key = prepareKey(resolveKey(input.KeyId, store), {
    usage: "ENCRYPT_DECRYPT",
    operation,
    now: clock.now(),
  });
  endDryRun(input);
  return { key, plaintext: randomBytes(length) };
}

function dataKeyLength(input: GenerateDataKeyCommandInput): number {
  checkEnum(input.KeySpec, "keySpec", ["AES_256", "AES_128"]);
  checkRange(input.NumberOfBytes, "numberOfBytes", DATA_KEY);
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined))
    throw new AwsError("ValidationException", "Please specify either number of bytes or key spec.");
  return input.NumberOfBytes ?? (input.KeySpec === "AES_128" ? 16 : 32);
}
