import type {
  CreateAliasCommandInput,
  CreateAliasCommandOutput,
  DeleteAliasCommandInput,
  DeleteAliasCommandOutput,
  ListAliasesCommandInput,
  ListAliasesCommandOutput,
  UpdateAliasCommandInput,
  UpdateAliasCommandOutput,
} from "@aws-sdk/client-kms";
import { formatArn } from "../../../core/arn";
import { checkLength, checkRange, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import type { AccessCheck, CallContext } from "../../../core/service";
import { checkCustomerManaged } from "../model/customerManaged";
import { callerValues, keyAccess } from "../model/keyAccess";
import { invalidMarker } from "./listKeys";
import {
  aliasesOf,
  checkNotPendingDeletion,
  notFound,
  resolveKeyItself,
} from "../model/resolveKey";
import type { KmsAlias, KmsOperation, KmsStore } from "../store";

/** https://docs.aws.amazon.com/kms/latest/developerguide/alias-create.html */
const ALIAS_NAME = /^alias\/[a-zA-Z0-9/_-]+$/;

export const createAlias: KmsOperation<CreateAliasCommandInput, CreateAliasCommandOutput> = {
  access: (input, context) => [
    aliasAccess("CreateAlias", input.AliasName, context),
    ...keyAccess("CreateAlias", input.TargetKeyId, context),
  ],
  run(input, context) {
    const { store } = context;
    const name = checkAliasName(input.AliasName);
    const key = resolveKeyItself(required(input.TargetKeyId, "targetKeyId"), store);
    checkNotPendingDeletion(checkCustomerManaged(key, "CreateAlias", context));
    const arn = formatArn("kms", context, name);
    if (store.aliases.has(name))
      throw new AwsError("AlreadyExistsException", `An alias with the name ${arn} already exists`);
    const now = context.clock.date();
    store.aliases.set(name, {
      name,
      arn,
      creationDate: now,
      lastUpdatedDate: now,
      targetKeyId: key.keyId,
    });
    return {};
  },
};

export const updateAlias: KmsOperation<UpdateAliasCommandInput, UpdateAliasCommandOutput> = {
  access: (input, context) => {
    const current = context.store.aliases.get(input.AliasName ?? "");
    return [
      aliasAccess("UpdateAlias", input.AliasName, context),
      ...(current ? keyAccess("UpdateAlias", current.targetKeyId, context) : []),
      ...keyAccess("UpdateAlias", input.TargetKeyId, context),
    ];
  },
  run(input, context) {
    const { store } = context;
    const alias = findAlias(checkAliasName(input.AliasName), store);
    const key = resolveKeyItself(required(input.TargetKeyId, "targetKeyId"), store);
    checkNotPendingDeletion(checkCustomerManaged(key, "UpdateAlias", context));
    const current = store.keys.get(alias.targetKeyId);
    if (current && (current.usage !== key.usage || isSymmetric(current) !== isSymmetric(key)))
      throw new AwsError(
        "ValidationException",
        `Alias ${alias.arn} cannot be changed from a ${current.spec} key to a ${key.spec} key`,
      );
    alias.targetKeyId = key.keyId;
    alias.lastUpdatedDate = context.clock.date();
    return {};
  },
};

export const deleteAlias: KmsOperation<DeleteAliasCommandInput, DeleteAliasCommandOutput> = {
  access: (input, context) => {
    const current = context.store.aliases.get(input.AliasName ?? "");
    return [
      aliasAccess("DeleteAlias", input.AliasName, context),
      ...(current ? keyAccess("DeleteAlias", current.targetKeyId, context) : []),
    ];
  },
  run(input, { store }) {
    store.aliases.delete(findAlias(checkAliasName(input.AliasName), store).name);
    return {};
  },
};

export const listAliases: KmsOperation<ListAliasesCommandInput, ListAliasesCommandOutput> = {
  run(input, { store }) {
    checkRange(input.Limit, "limit", { min: 1, max: 100 });
    const aliases =
      input.KeyId === undefined
        ? store.aliases.values()
        : aliasesOf(resolveKeyItself(input.KeyId, store), store);
    const { items, nextToken } = page(aliases, {
      key: (alias) => alias.name,
      size: input.Limit ?? 50,
      token: input.Marker,
      invalidToken: invalidMarker,
    });
    return {
      Aliases: items.map((alias) => ({
        AliasName: alias.name,
        AliasArn: alias.arn,
        TargetKeyId: alias.targetKeyId,
        CreationDate: alias.creationDate,
        LastUpdatedDate: alias.lastUpdatedDate,
      })),
      Truncated: nextToken !== undefined,
      ...(nextToken !== undefined && { NextMarker: nextToken }),
    };
  },
};

/** Returns two checks: IAM's on the alias, and the key policy's on the key. */
function aliasAccess(
  action: string,
  name: string | undefined,
  context: CallContext<KmsStore>,
): AccessCheck {
  return {
    action: `kms:${action}`,
    resource: formatArn("kms", context, name ?? "alias/"),
    context: callerValues(context),
  };
}

function checkAliasName(name: string | undefined): string {
  const text = required(name, "aliasName");
  checkLength(text, "aliasName", { min: 1, max: 256 });
  if (!text.startsWith("alias/"))
    throw new AwsError(
      "ValidationException",
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  if (!ALIAS_NAME.test(text))
    throw new AwsError("InvalidAliasNameException", `Alias contains invalid characters: ${text}`);
  if (text.startsWith("alias/aws/"))
    throw new AwsError(
      "NotAuthorizedException",
      'You cannot create, update, or delete an alias with the prefix "alias/aws/"; it is reserved for AWS managed keys.',
    );
  return text;
}

function findAlias(name: string, store: KmsStore): KmsAlias {
  const alias = store.aliases.get(name);
  if (!alias) throw notFound(`Alias ${formatArn("kms", store.scope, name)} is not found.`);
  return alias;
}

function isSymmetric(key: { readonly spec: string }): boolean {
  return key.spec === "SYMMETRIC_DEFAULT";
}
