import type {
  DescribeKeyCommandInput,
  DescribeKeyCommandOutput,
  ListKeysCommandInput,
  ListKeysCommandOutput,
  UpdateKeyDescriptionCommandInput,
  UpdateKeyDescriptionCommandOutput,
} from "@aws-sdk/client-kms";
import { checkLength, checkRange, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import { checkCustomerManaged } from "../model/customerManaged";
import { keyAccess } from "../model/keyAccess";
import { keyMetadata } from "../model/keyMetadata";
import { checkNotPendingDeletion, resolveKey, resolveKeyItself } from "../model/resolveKey";
import type { KmsOperation } from "../store";

export const describeKey: KmsOperation<DescribeKeyCommandInput, DescribeKeyCommandOutput> = {
  access: (input, context) => keyAccess("DescribeKey", input.KeyId, context),
  run: (input, { store }) => ({ KeyMetadata: keyMetadata(resolveKey(input.KeyId, store), store) }),
};

export const listKeys: KmsOperation<ListKeysCommandInput, ListKeysCommandOutput> = {
  run(input, { store }) {
    checkRange(input.Limit, "limit", { min: 1, max: 1000 });
    const { items, nextToken } = page(store.keys.values(), {
      key: (key) => key.keyId,
      size: input.Limit ?? 100,
      token: input.Marker,
      invalidToken: invalidMarker,
    });
    return {
      Keys: items.map((key) => ({ KeyId: key.keyId, KeyArn: key.arn })),
      Truncated: nextToken !== undefined,
      ...(nextToken !== undefined && { NextMarker: nextToken }),
    };
  },
};

export const updateKeyDescription: KmsOperation<
  UpdateKeyDescriptionCommandInput,
  UpdateKeyDescriptionCommandOutput
> = {
  access: (input, context) => keyAccess("UpdateKeyDescription", input.KeyId, context),
  run(input, context) {
    const description = required(input.Description, "description");
    checkLength(description, "description", { min: 0, max: 8192 });
    const key = resolveKeyItself(input.KeyId, context.store);
    checkCustomerManaged(key, "UpdateKeyDescription", context);
    checkNotPendingDeletion(key).description = description;
    return {};
  },
};

export function invalidMarker(): AwsError {
  return new AwsError("InvalidMarkerException", "Could not deserialize marker");
}
