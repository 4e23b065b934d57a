import type { KeyObject } from "node:crypto";
import type { CustomerMasterKeySpec, KeyUsageType, OriginType } from "@aws-sdk/client-kms";
import type { ClockTimer } from "../../core/clock";
import type { Operation, StoreScope } from "../../core/service";

/** The keys and aliases of one region. */
export interface KmsStore {
  readonly scope: StoreScope;
  /** By key id. */
  readonly keys: Map<string, KmsKey>;
  /** By alias name, `alias/...`. */
  readonly aliases: Map<string, KmsAlias>;
}

export interface KmsKey {
  readonly keyId: string;
  readonly arn: string;
  readonly spec: CustomerMasterKeySpec;
  readonly usage: KeyUsageType;
  readonly origin: OriginType;
  readonly manager: "AWS" | "CUSTOMER";
  readonly creationDate: Date;
  readonly material: KeyMaterial;
  readonly tags: Map<string, string>;
  description: string;
  enabled: boolean;
  /** JSON text, exactly as the client sent it. */
  policy: string;
  rotation?: KeyRotation;
  deletion?: KeyDeletion;
}

/** The secret of a key. A rotated symmetric key keeps all older secrets for its old ciphertexts. */
export type KeyMaterial =
  | { readonly kind: "symmetric"; readonly secrets: Buffer[] }
  | { readonly kind: "hmac"; readonly secret: Buffer }
  | { readonly kind: "pair"; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

export interface KeyRotation {
  readonly periodInDays: number;
  nextDate: Date;
}

export interface KeyDeletion {
  readonly date: Date;
  readonly timer: ClockTimer;
}

export interface KmsAlias {
  readonly name: string;
  readonly arn: string;
  readonly creationDate: Date;
  lastUpdatedDate: Date;
  targetKeyId: string;
}

/** An operation whose input and output have the SDK's shapes. */
export type KmsOperation<Input, Output> = Operation<KmsStore, Input, Omit<Output, "$metadata">>;

export function createKmsStore(scope: StoreScope): KmsStore {
  return { scope, keys: new Map(), aliases: new Map() };
}
