import { AwsError } from "../../../core/errors";
import { principalArn } from "../../../core/principal";
import type { CallContext } from "../../../core/service";
import type { KmsKey, KmsStore } from "../store";

/**
 * Refuses to manage an AWS managed key: its policy allows that to nobody, not even the account's root user.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
 */
export function checkCustomerManaged(
  key: KmsKey,
  operation: string,
  context: CallContext<KmsStore>,
): KmsKey {
  if (key.manager === "CUSTOMER") return key;
  throw new AwsError(
    "AccessDeniedException",
    `User: ${principalArn(context.principal)} is not authorized to perform: kms:${operation} ` +
      `on resource: ${key.arn} because no resource-based policy allows the kms:${operation} action`,
  );
}
