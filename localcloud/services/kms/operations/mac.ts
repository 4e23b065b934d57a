import { createHmac, timingSafeEqual } from "node:crypto";
import type {
  GenerateMacCommandInput,
  GenerateMacCommandOutput,
  VerifyMacCommandInput,
  VerifyMacCommandOutput,
} from "@aws-sdk/client-kms";
import { checkEnum, checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { CallContext } from "../../../core/service";
import { keyAccess } from "../model/keyAccess";
import { keySpecFacts, MAC_ALGORITHMS } from "../model/keySpecs";
import { resolveKey } from "../model/resolveKey";
import type { KmsKey, KmsOperation, KmsStore } from "../store";
import { checkOptions, endDryRun, prepareKey } from "../model/usage";

export const generateMac: KmsOperation<GenerateMacCommandInput, GenerateMacCommandOutput> = {
  access: (input, context) =>
    keyAccess("GenerateMac", input.KeyId, context, {
      "kms:MacAlgorithm": input.MacAlgorithm ?? "",
    }),
  run(input, context) {
    const { key, mac } = macOf("GenerateMac", input, context);
    endDryRun(input);
    return { Mac: mac, MacAlgorithm: input.MacAlgorithm, KeyId: key.arn };
  },
};

export const verifyMac: KmsOperation<VerifyMacCommandInput, VerifyMacCommandOutput> = {
  access: (input, context) =>
    keyAccess("VerifyMac", input.KeyId, context, { "kms:MacAlgorithm": input.MacAlgorithm ?? "" }),
  run(input, context) {
    const given = required(input.Mac, "mac");
    const { key, mac } = macOf("VerifyMac", input, context);
    endDryRun(input);
    if (given.length !== mac.length || !timingSafeEqual(given, mac))
      throw new AwsError("KMSInvalidMacException", "");
    return { KeyId: key.arn, MacValid: true, MacAlgorithm: input.MacAlgorithm };
  },
};

function macOf(
  operation: string,
  input: GenerateMacCommandInput,
  { store, clock }: CallContext<KmsStore>,
): { key: KmsKey; mac: Buffer } {
  checkOptions(input);
  const message = required(input.Message, "message");
  const algorithm = required(input.MacAlgorithm, "macAlgorithm");
  checkLength(message, "message", { min: 1, max: 4096 });
  checkEnum(algorithm, "macAlgorithm", MAC_ALGORITHMS);
  const key = prepareKey(resolveKey(input.KeyId, store), {
    usage: "GENERATE_VERIFY_MAC",
    operation,
    now: clock.now(),
  });
  if (keySpecFacts(key.spec)?.mac !== algorithm || key.material.kind !== "hmac")
    throw new AwsError(
      "InvalidKeyUsageException",
      `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`,
    );
  const hash = algorithm.replace("HMAC_SHA_", "sha");
  return { key, mac: createHmac(hash, key.material.secret).update(message).digest() };
}
