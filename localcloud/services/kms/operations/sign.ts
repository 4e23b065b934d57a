import type { KeyObject } from "node:crypto";
import type {
  GetPublicKeyCommandInput,
  GetPublicKeyCommandOutput,
  SignCommandInput,
  SignCommandOutput,
  SigningAlgorithmSpec,
  VerifyCommandInput,
  VerifyCommandOutput,
} from "@aws-sdk/client-kms";
import { checkEnum, checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { CallContext } from "../../../core/service";
import { keyAccess } from "../model/keyAccess";
import { keySpecFacts, SIGNING_ALGORITHMS } from "../model/keySpecs";
import { checkUsable, resolveKey } from "../model/resolveKey";
import { digestLength, makeSignature, verifySignature, type Message } from "../model/signatures";
import type { KmsKey, KmsOperation, KmsStore } from "../store";
import { checkOptions, endDryRun, prepareKey } from "../model/usage";

export const sign: KmsOperation<SignCommandInput, SignCommandOutput> = {
  access: (input, context) => keyAccess("Sign", input.KeyId, context, signingValues(input)),
  run(input, context) {
    const { key, algorithm, message, privateKey } = signingKey("Sign", input, context);
    endDryRun(input);
    return {
      KeyId: key.arn,
      Signature: makeSignature(privateKey, algorithm, message),
      SigningAlgorithm: algorithm,
    };
  },
};

export const verify: KmsOperation<VerifyCommandInput, VerifyCommandOutput> = {
  access: (input, context) => keyAccess("Verify", input.KeyId, context, signingValues(input)),
  run(input, context) {
    const signature = required(input.Signature, "signature");
    checkLength(signature, "signature", { min: 1, max: 6144 });
    const { key, algorithm, message, privateKey } = signingKey("Verify", input, context);
    endDryRun(input);
    if (!verifySignature(privateKey, algorithm, message, signature))
      throw new AwsError("KMSInvalidSignatureException", "");
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm };
  },
};

export const getPublicKey: KmsOperation<GetPublicKeyCommandInput, GetPublicKeyCommandOutput> = {
  access: (input, context) => keyAccess("GetPublicKey", input.KeyId, context),
  run(input, { store }) {
    checkOptions(input);
    const key = checkUsable(resolveKey(input.KeyId, store));
    if (key.material.kind !== "pair")
      throw new AwsError(
        "UnsupportedOperationException",
        `${key.arn} key spec is ${key.spec} which is not valid for GetPublicKey.`,
      );
    return {
      KeyId: key.arn,
      PublicKey: key.material.publicKey.export({ type: "spki", format: "der" }),
      CustomerMasterKeySpec: key.spec,
      KeySpec: key.spec,
      KeyUsage: key.usage,
      SigningAlgorithms: [...(keySpecFacts(key.spec)?.signing ?? [])],
    };
  },
};

interface SigningKey {
  readonly key: KmsKey;
  readonly privateKey: KeyObject;
  readonly algorithm: SigningAlgorithmSpec;
  readonly message: Message;
}

function signingKey(
  operation: string,
  input: SignCommandInput,
  { store, clock }: CallContext<KmsStore>,
): SigningKey {
  checkOptions(input);
  const bytes = required(input.Message, "message");
  const algorithm = required(input.SigningAlgorithm, "signingAlgorithm");
  checkLength(bytes, "message", { min: 1, max: 4096 });
  checkEnum(algorithm, "signingAlgorithm", SIGNING_ALGORITHMS);
  checkEnum(input.MessageType, "messageType", ["RAW", "DIGEST"]);
  const key = prepareKey(resolveKey(input.KeyId, store), {
    usage: "SIGN_VERIFY",
    operation,
    now: clock.now(),
  });
  if (key.material.kind !== "pair" || !keySpecFacts(key.spec)?.signing?.includes(algorithm))
    throw new AwsError(
      "InvalidKeyUsageException",
      `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`,
    );
  const isDigest = input.MessageType === "DIGEST";
  if (isDigest && bytes.length !== digestLength(algorithm))
    throw new AwsError(
      "ValidationException",
      `Digest is invalid length for algorithm ${algorithm}.`,
    );
  return { key, algorithm, message: { bytes, isDigest }, privateKey: key.material.privateKey };
}

function signingValues(input: SignCommandInput): Record<string, string> {
  return {
    "kms:SigningAlgorithm": input.SigningAlgorithm ?? "",
    "kms:MessageType": input.MessageType ?? "RAW",
  };
}
