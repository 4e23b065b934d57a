import { constraints } from "../../constraints/kms";
import type { ServiceDefinition } from "../../core/service";
import { createAlias, deleteAlias, listAliases, updateAlias } from "./operations/aliases";
import { createKey } from "./operations/createKey";
import {
  generateDataKey,
  generateDataKeyWithoutPlaintext,
  generateRandom,
} from "./operations/dataKeys";
import { decrypt, encrypt, reEncrypt } from "./operations/encrypt";
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from "./operations/keyPolicy";
import {
  disableKeyRotation,
  enableKeyRotation,
  getKeyRotationStatus,
} from "./operations/keyRotation";
import {
  cancelKeyDeletion,
  disableKey,
  enableKey,
  scheduleKeyDeletion,
} from "./operations/keyState";
import { describeKey, listKeys, updateKeyDescription } from "./operations/listKeys";
import { generateMac, verifyMac } from "./operations/mac";
import { getPublicKey, sign, verify } from "./operations/sign";
import { saving } from "./saving";
import { createKmsStore, type KmsStore } from "./store";
import { listResourceTags, tagResource, untagResource } from "./operations/tags";

/**
 * AWS Key Management Service: symmetric, signing and HMAC keys with real cryptography. Not supported: grants,
 * imported material, multi-Region keys, custom key stores, RSA encryption.
 */
export const kms: ServiceDefinition<KmsStore> = {
  name: "kms",
  signingName: "kms",
  iamPrefix: "kms",
  sdk: () => require("@aws-sdk/client-kms") as object,
  constraints: () => ({ table: constraints() }),
  createStore: createKmsStore,
  saving,
  operations: {
    CancelKeyDeletion: cancelKeyDeletion,
    CreateAlias: createAlias,
    CreateKey: createKey,
    Decrypt: decrypt,
    DeleteAlias: deleteAlias,
    DescribeKey: describeKey,
    DisableKey: disableKey,
    DisableKeyRotation: disableKeyRotation,
    EnableKey: enableKey,
    EnableKeyRotation: enableKeyRotation,
    Encrypt: encrypt,
    GenerateDataKey: generateDataKey,
    GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
    GenerateMac: generateMac,
    GenerateRandom: generateRandom,
    GetKeyPolicy: getKeyPolicy,
    GetKeyRotationStatus: getKeyRotationStatus,
    GetPublicKey: getPublicKey,
    ListAliases: listAliases,
    ListKeyPolicies: listKeyPolicies,
    ListKeys: listKeys,
    ListResourceTags: listResourceTags,
    PutKeyPolicy: putKeyPolicy,
    ReEncrypt: reEncrypt,
    ScheduleKeyDeletion: scheduleKeyDeletion,
    Sign: sign,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateAlias: updateAlias,
    UpdateKeyDescription: updateKeyDescription,
    Verify: verify,
    VerifyMac: verifyMac,
  },
  secretInputs: {
    Encrypt: ["Plaintext"],
    GenerateMac: ["Message"],
    Sign: ["Message"],
    Verify: ["Message"],
    VerifyMac: ["Message"],
  },
};
