import type { ClockTimer } from "../../core/clock";
import type { PolicyDocument } from "../../core/policyDocument";
import type { StoreScope } from "../../core/service";
import type { Tags } from "../../entities/tags";

export interface SecretsStore {
  readonly scope: StoreScope;
  /** By name. */
  readonly secrets: Map<string, Secret>;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly tags: Tags;
  /** By version id, oldest first. */
  readonly versions: Map<string, SecretVersion>;
  description?: string;
  kmsKeyId?: string;
  changedAt: Date;
  accessedAt?: Date;
  policy?: { readonly text: string; readonly document: PolicyDocument };
  /** Set while the deletion is scheduled. */
  deletion?: { readonly date: Date; readonly timer: ClockTimer };
}

export interface SecretVersion {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdAt: Date;
  /** Staging labels. */
  readonly stages: Set<string>;
  readonly keyId: string;
  /** The encrypted data key that protects the version; a caller who may decrypt it may read the value. */
  readonly dataKey: Uint8Array;
  accessedAt?: Date;
}

export type SecretValue =
  | { readonly SecretString: string; readonly SecretBinary?: undefined }
  | { readonly SecretBinary: Uint8Array; readonly SecretString?: undefined };
