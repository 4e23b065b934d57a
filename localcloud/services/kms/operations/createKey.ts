import { generateKeyPair, randomBytes, randomUUID, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type {
  CreateKeyCommandInput,
  CreateKeyCommandOutput,
  CustomerMasterKeySpec,
  KeyUsageType,
} from "@aws-sdk/client-kms";
import { formatArn } from "../../../core/arn";
import { checkEnum, checkLength } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { callerValues } from "../model/keyAccess";
import { keyMetadata } from "../model/keyMetadata";
import { keySpecFacts, SUPPORTED_KEY_SPECS } from "../model/keySpecs";
import { checkKeyPolicy, defaultKeyPolicy } from "../model/policyDocuments";
import type { KeyMaterial, KmsKey, KmsOperation } from "../store";
import { requestTagValues, tagMap } from "./tags";

export const createKey: KmsOperation<CreateKeyCommandInput, CreateKeyCommandOutput> = {
  access(input, context) {
    const values = { ...callerValues(context), ...requestTagValues(input.Tags) };
    const create = { action: "kms:CreateKey", resource: "*", context: values };
    // Tags on a new key require a separate permission; the key has no id yet.
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html#KMS-CreateKey-request-Tags
    const tag = {
      action: "kms:TagResource",
      resource: formatArn("kms", context, "key/*"),
      resourcePolicy: defaultKeyPolicy(context.accountId),
      context: values,
    };
    return input.Tags?.length ? [create, tag] : [create];
  },

  async run(input, context) {
    refuseUnsupported(input);
    const spec = requestedSpec(input);
    const usage = requestedUsage(input, spec);
    checkLength(input.Description, "description", { min: 0, max: 8192 });
    const policy = input.Policy ?? JSON.stringify(defaultKeyPolicy(context.accountId));
    checkKeyPolicy(policy, {
      principal: context.principal,
      accountId: context.accountId,
      bypassLockoutCheck: input.BypassPolicyLockoutSafetyCheck,
    });
    const tags = tagMap(input.Tags);
    const keyId = randomUUID();
    const key: KmsKey = {
      keyId,
      arn: formatArn("kms", context, `key/${keyId}`),
      spec,
      usage,
      origin: "AWS_KMS",
      manager: "CUSTOMER",
      creationDate: context.clock.date(),
      material: await newMaterial(spec),
      tags,
      description: input.Description ?? "",
      enabled: true,
      policy,
    };
    context.store.keys.set(keyId, key);
    return { KeyMetadata: keyMetadata(key, context.store) };
  },
};

function requestedSpec(input: CreateKeyCommandInput): CustomerMasterKeySpec {
  const { KeySpec: spec, CustomerMasterKeySpec: legacy } = input;
  if (spec !== undefined && legacy !== undefined)
    throw new AwsError(
      "ValidationException",
      "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
    );
  const wanted = spec ?? legacy ?? "SYMMETRIC_DEFAULT";
  if (!isSupported(wanted)) {
    checkEnum(wanted, "keySpec", SUPPORTED_KEY_SPECS);
    throw unsupported(`KeySpec ${wanted}`);
  }
  return wanted;
}

function isSupported(spec: string): spec is CustomerMasterKeySpec {
  return SUPPORTED_KEY_SPECS.includes(spec);
}

function requestedUsage(input: CreateKeyCommandInput, spec: CustomerMasterKeySpec): KeyUsageType {
  const usage = keySpecFacts(spec)?.usage ?? "ENCRYPT_DECRYPT";
  if (input.KeyUsage === undefined && spec !== "SYMMETRIC_DEFAULT")
    throw new AwsError(
      "ValidationException",
      "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
    );
  checkEnum(input.KeyUsage, "keyUsage", [
    "ENCRYPT_DECRYPT",
    "SIGN_VERIFY",
    "GENERATE_VERIFY_MAC",
    "KEY_AGREEMENT",
  ]);
  if (input.KeyUsage === undefined || input.KeyUsage === usage) return usage;
  if (spec.startsWith("RSA_") && input.KeyUsage === "ENCRYPT_DECRYPT")
    throw unsupported("KeyUsage ENCRYPT_DECRYPT of an RSA key");
  if (input.KeyUsage === "KEY_AGREEMENT") throw unsupported("KeyUsage KEY_AGREEMENT");
  throw new AwsError(
    "ValidationException",
    `KeyUsage ${input.KeyUsage} is not compatible with KeySpec ${spec}`,
  );
}

function refuseUnsupported(input: CreateKeyCommandInput): void {
  if (input.MultiRegion) throw unsupported("MultiRegion");
  if (input.Origin !== undefined && input.Origin !== "AWS_KMS")
    throw unsupported(`Origin ${input.Origin}`);
  if (input.CustomKeyStoreId !== undefined) throw unsupported("CustomKeyStoreId");
  if (input.XksKeyId !== undefined) throw unsupported("XksKeyId");
}

function unsupported(what: string): AwsError {
  return new AwsError(
    "UnsupportedOperationException",
    `The local cloud does not implement kms:CreateKey with ${what}.`,
  );
}

const CURVES: Partial<Record<CustomerMasterKeySpec, string>> = {
  ECC_NIST_P256: "prime256v1",
  ECC_NIST_P384: "secp384r1",
  ECC_NIST_P521: "secp521r1",
  ECC_SECG_P256K1: "secp256k1",
};

const generatePair = promisify(generateKeyPair);

async function newMaterial(spec: CustomerMasterKeySpec): Promise<KeyMaterial> {
  if (spec === "SYMMETRIC_DEFAULT") return { kind: "symmetric", secrets: [randomBytes(32)] };
  if (spec.startsWith("HMAC_"))
    return { kind: "hmac", secret: randomBytes(Number(spec.slice("HMAC_".length)) / 8) };
  return { kind: "pair", ...(await newPair(spec)) };
}

function newPair(
  spec: CustomerMasterKeySpec,
): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const namedCurve = CURVES[spec];
  if (namedCurve !== undefined) return generatePair("ec", { namedCurve });
  return generatePair("rsa", { modulusLength: Number(spec.slice("RSA_".length)) });
}
