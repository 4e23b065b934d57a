import type {
  CancelKeyDeletionCommandInput,
  CancelKeyDeletionCommandOutput,
  DisableKeyCommandInput,
  DisableKeyCommandOutput,
  EnableKeyCommandInput,
  EnableKeyCommandOutput,
  ScheduleKeyDeletionCommandInput,
  ScheduleKeyDeletionCommandOutput,
} from "@aws-sdk/client-kms";
import { checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { checkCustomerManaged } from "../model/customerManaged";
import { scheduleDeletion } from "../model/deletion";
import { keyAccess } from "../model/keyAccess";
import { checkNotPendingDeletion, resolveKeyItself } from "../model/resolveKey";
import type { KmsOperation } from "../store";

const DAY_MS = 86_400_000;

export const enableKey: KmsOperation<EnableKeyCommandInput, EnableKeyCommandOutput> = {
  access: (input, context) => keyAccess("EnableKey", input.KeyId, context),
  run(input, context) {
    const key = resolveKeyItself(input.KeyId, context.store);
    checkNotPendingDeletion(checkCustomerManaged(key, "EnableKey", context)).enabled = true;
    return {};
  },
};

export const disableKey: KmsOperation<DisableKeyCommandInput, DisableKeyCommandOutput> = {
  access: (input, context) => keyAccess("DisableKey", input.KeyId, context),
  run(input, context) {
    const key = resolveKeyItself(input.KeyId, context.store);
    checkNotPendingDeletion(checkCustomerManaged(key, "DisableKey", context)).enabled = false;
    return {};
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
export const scheduleKeyDeletion: KmsOperation<
  ScheduleKeyDeletionCommandInput,
  ScheduleKeyDeletionCommandOutput
> = {
  access: (input, context) => {
    const days = {
      "kms:ScheduleKeyDeletionPendingWindowInDays": `${input.PendingWindowInDays ?? 30}`,
    };
    return keyAccess("ScheduleKeyDeletion", input.KeyId, context, days);
  },
  run(input, context) {
    checkRange(input.PendingWindowInDays, "pendingWindowInDays", { min: 7, max: 30 });
    const days = input.PendingWindowInDays ?? 30;
    const key = resolveKeyItself(input.KeyId, context.store);
    checkNotPendingDeletion(checkCustomerManaged(key, "ScheduleKeyDeletion", context));
    const date = new Date(context.clock.now() + days * DAY_MS);
    scheduleDeletion(key, date, context.store);
    return {
      KeyId: key.arn,
      DeletionDate: date,
      KeyState: "PendingDeletion",
      PendingWindowInDays: days,
    };
  },
};

/** Cancels the deletion. As in KMS, the key is then disabled. */
export const cancelKeyDeletion: KmsOperation<
  CancelKeyDeletionCommandInput,
  CancelKeyDeletionCommandOutput
> = {
  access: (input, context) => keyAccess("CancelKeyDeletion", input.KeyId, context),
  run(input, context) {
    const key = resolveKeyItself(input.KeyId, context.store);
    if (!key.deletion)
      throw new AwsError("KMSInvalidStateException", `${key.arn} is not pending deletion.`);
    context.clock.clearTimeout(key.deletion.timer);
    key.deletion = undefined;
    key.enabled = false;
    return { KeyId: key.arn };
  },
};
