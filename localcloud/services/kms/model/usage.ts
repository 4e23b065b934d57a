import type { KeyUsageType } from "@aws-sdk/client-kms";
import { AwsError } from "../../../core/errors";
import { rotateWhenDue } from "../operations/keyRotation";
import { checkUsable } from "./resolveKey";
import type { KmsKey } from "../store";

/** Members that all cryptographic operations have in common. */
interface CryptographicInput {
  readonly GrantTokens?: readonly string[];
  readonly DryRunModifiers?: readonly string[];
  readonly DryRun?: boolean;
  readonly Recipient?: object;
}

/** Refuses a key that is disabled, pending deletion or of another usage; applies due rotations. */
export function prepareKey(
  key: KmsKey,
  use: { usage: KeyUsageType; operation: string; now: number },
): KmsKey {
  checkUsable(key);
  if (key.usage !== use.usage)
    throw new AwsError(
      "InvalidKeyUsageException",
      `${key.arn} key usage is ${key.usage} which is not valid for ${use.operation}.`,
    );
  rotateWhenDue(key, use.now);
  return key;
}

/** Refuses options that this cloud does not support, such as grants. */
export function checkOptions(input: CryptographicInput): void {
  if (input.GrantTokens?.length)
    throw new AwsError("InvalidGrantTokenException", "The local cloud issues no grant tokens.");
  if (input.DryRunModifiers?.length)
    throw new AwsError(
      "UnsupportedOperationException",
      "The local cloud does not implement kms DryRunModifiers.",
    );
  if (input.Recipient)
    throw new AwsError(
      "UnsupportedOperationException",
      "The local cloud does not implement kms Recipient (Nitro enclaves).",
    );
}

/** Throws for a dry run, just before the operation would take effect. */
export function endDryRun(input: CryptographicInput): void {
  if (input.DryRun)
    throw new AwsError(
      "DryRunOperationException",
      "The request would have succeeded, but the DryRun option is set.",
    );
}
