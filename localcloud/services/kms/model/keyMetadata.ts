import type { KeyMetadata, KeyState } from "@aws-sdk/client-kms";
import { keySpecFacts } from "./keySpecs";
import type { KmsKey, KmsStore } from "../store";

/** Returns a key as DescribeKey shows it. */
export function keyMetadata(key: KmsKey, store: KmsStore): KeyMetadata {
  const facts = keySpecFacts(key.spec);
  return {
    AWSAccountId: store.scope.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: key.creationDate,
    Enabled: keyState(key) === "Enabled",
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: keyState(key),
    ...(key.deletion && { DeletionDate: key.deletion.date }),
    Origin: key.origin,
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    ...(facts?.encryption && { EncryptionAlgorithms: [...facts.encryption] }),
    ...(facts?.signing && { SigningAlgorithms: [...facts.signing] }),
    ...(facts?.mac && { MacAlgorithms: [facts.mac] }),
    MultiRegion: false,
  };
}

export function keyState(key: KmsKey): KeyState {
  if (key.deletion) return "PendingDeletion";
  return key.enabled ? "Enabled" : "Disabled";
}
