import type {
  CustomerMasterKeySpec,
  EncryptionAlgorithmSpec,
  KeyUsageType,
  MacAlgorithmSpec,
  SigningAlgorithmSpec,
} from "@aws-sdk/client-kms";

/** Capabilities of keys with one spec. */
interface KeySpecFacts {
  readonly usage: KeyUsageType;
  readonly signing?: readonly SigningAlgorithmSpec[];
  readonly mac?: MacAlgorithmSpec;
  readonly encryption?: readonly EncryptionAlgorithmSpec[];
}

const RSA_SIGNING: readonly SigningAlgorithmSpec[] = [
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
];

/** Source: https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
const FACTS: Partial<Record<CustomerMasterKeySpec, KeySpecFacts>> = {
  SYMMETRIC_DEFAULT: { usage: "ENCRYPT_DECRYPT", encryption: ["SYMMETRIC_DEFAULT"] },
  RSA_2048: { usage: "SIGN_VERIFY", signing: RSA_SIGNING },
  RSA_3072: { usage: "SIGN_VERIFY", signing: RSA_SIGNING },
  RSA_4096: { usage: "SIGN_VERIFY", signing: RSA_SIGNING },
  ECC_NIST_P256: { usage: "SIGN_VERIFY", signing: ["ECDSA_SHA_256"] },
  ECC_NIST_P384: { usage: "SIGN_VERIFY", signing: ["ECDSA_SHA_384"] },
  ECC_NIST_P521: { usage: "SIGN_VERIFY", signing: ["ECDSA_SHA_512"] },
  ECC_SECG_P256K1: { usage: "SIGN_VERIFY", signing: ["ECDSA_SHA_256"] },
  HMAC_224: { usage: "GENERATE_VERIFY_MAC", mac: "HMAC_SHA_224" },
  HMAC_256: { usage: "GENERATE_VERIFY_MAC", mac: "HMAC_SHA_256" },
  HMAC_384: { usage: "GENERATE_VERIFY_MAC", mac: "HMAC_SHA_384" },
  HMAC_512: { usage: "GENERATE_VERIFY_MAC", mac: "HMAC_SHA_512" },
};

export const SUPPORTED_KEY_SPECS: readonly string[] = Object.keys(FACTS);

/** Returns the properties of a spec; undefined for one that this cloud does not support. */
export function keySpecFacts(spec: CustomerMasterKeySpec): KeySpecFacts | undefined {
  return FACTS[spec];
}

export const SIGNING_ALGORITHMS: readonly string[] = [
  ...RSA_SIGNING,
  "ECDSA_SHA_256",
  "ECDSA_SHA_384",
  "ECDSA_SHA_512",
  "ED25519_SHA_512",
  "ED25519_PH_SHA_512",
  "ML_DSA_SHAKE_256",
  "SM2DSA",
];

export const MAC_ALGORITHMS: readonly string[] = [
  "HMAC_SHA_384",
  "HMAC_SHA_256",
  "HMAC_SHA_224",
  "HMAC_SHA_512",
];
