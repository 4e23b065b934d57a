import { randomBytes } from "node:crypto";
import type {
  DisableKeyRotationCommandInput,
  DisableKeyRotationCommandOutput,
  EnableKeyRotationCommandInput,
  EnableKeyRotationCommandOutput,
  GetKeyRotationStatusCommandInput,
  GetKeyRotationStatusCommandOutput,
} from "@aws-sdk/client-kms";
import { checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { checkCustomerManaged } from "../model/customerManaged";
import { keyAccess } from "../model/keyAccess";
import { checkUsable, resolveKeyItself } from "../model/resolveKey";
import type { KmsKey, KmsOperation } from "../store";

const DAY_MS = 86_400_000;

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html */
export const enableKeyRotation: KmsOperation<
  EnableKeyRotationCommandInput,
  EnableKeyRotationCommandOutput
> = {
  access: (input, context) => keyAccess("EnableKeyRotation", input.KeyId, context),
  run(input, context) {
    checkRange(input.RotationPeriodInDays, "rotationPeriodInDays", { min: 90, max: 2560 });
    const key = resolveKeyItself(input.KeyId, context.store);
    checkCustomerManaged(key, "EnableKeyRotation", context);
    checkUsable(checkRotatable(key));
    const periodInDays = input.RotationPeriodInDays ?? key.rotation?.periodInDays ?? 365;
    const nextDate = new Date(context.clock.now() + periodInDays * DAY_MS);
    key.rotation = { periodInDays, nextDate };
    return {};
  },
};

export const disableKeyRotation: KmsOperation<
  DisableKeyRotationCommandInput,
  DisableKeyRotationCommandOutput
> = {
  access: (input, context) => keyAccess("DisableKeyRotation", input.KeyId, context),
  run(input, context) {
    const key = resolveKeyItself(input.KeyId, context.store);
    checkCustomerManaged(key, "DisableKeyRotation", context);
    checkUsable(checkRotatable(key));
    rotateWhenDue(key, context.clock.now());
    key.rotation = undefined;
    return {};
  },
};

export const getKeyRotationStatus: KmsOperation<
  GetKeyRotationStatusCommandInput,
  GetKeyRotationStatusCommandOutput
> = {
  access: (input, context) => keyAccess("GetKeyRotationStatus", input.KeyId, context),
  run(input, context) {
    const key = checkRotatable(resolveKeyItself(input.KeyId, context.store));
    rotateWhenDue(key, context.clock.now());
    return {
      KeyId: key.arn,
      KeyRotationEnabled: key.rotation !== undefined,
      ...(key.rotation && {
        RotationPeriodInDays: key.rotation.periodInDays,
        NextRotationDate: key.rotation.nextDate,
      }),
    };
  },
};

/** Adds the secrets of automatic rotations since the key was last used; this needs no timer. */
export function rotateWhenDue(key: KmsKey, now: number): void {
  if (!key.rotation || key.material.kind !== "symmetric") return;
  const { nextDate, periodInDays } = key.rotation;
  const due = Math.floor((now - nextDate.getTime()) / (periodInDays * DAY_MS)) + 1;
  if (due <= 0) return;
  for (let turn = 0; turn < due; turn++) key.material.secrets.push(randomBytes(32));
  key.rotation.nextDate = new Date(nextDate.getTime() + due * periodInDays * DAY_MS);
}

function checkRotatable(key: KmsKey): KmsKey {
  if (key.material.kind === "symmetric") return key;
  throw new AwsError(
    "UnsupportedOperationException",
    `${key.arn} key spec is ${key.spec} which is not valid for this operation.`,
  );
}
