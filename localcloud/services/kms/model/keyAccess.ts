import { formatArn } from "../../../core/arn";
import { callerAccount, viaService } from "../../../core/forwardAccess";
import type { PolicyDocument } from "../../../core/policyDocument";
import type { AccessCheck, CallContext } from "../../../core/service";
import { defaultKeyPolicy } from "./policyDocuments";
import { aliasesOf, findKey, requestedAlias } from "./resolveKey";
import type { KmsKey, KmsStore } from "../store";

type Values = Record<string, string | readonly string[]>;

/** Returns the check for one action on the key that the request names. */
export function keyAccess(
  action: string,
  identifier: string | undefined,
  context: CallContext<KmsStore>,
  more: Values = {},
): AccessCheck[] {
  const key = findKey(identifier, context.store);
  return [
    key
      ? checkOn(key, action, context, { ...aliasValues(identifier), ...more })
      : checkOnMissing(action, identifier, context),
  ];
}

/** Returns the check for one action on a key that was found otherwise, e.g. in a ciphertext. */
export function checkOn(
  key: KmsKey,
  action: string,
  context: CallContext<KmsStore>,
  more: Values = {},
): AccessCheck {
  return {
    action: `kms:${action}`,
    resource: key.arn,
    resourcePolicy: JSON.parse(key.policy) as PolicyDocument,
    context: { ...callerValues(context), ...keyValues(key, context.store), ...more },
  };
}

/** Returns `kms:EncryptionContext:<key>` and `kms:EncryptionContextKeys` of a request. */
export function encryptionContextValues(
  encryptionContext: Readonly<Record<string, string>> | undefined,
): Values {
  const entries = Object.entries(encryptionContext ?? {});
  if (entries.length === 0) return {};
  return {
    ...Object.fromEntries(entries.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
    "kms:EncryptionContextKeys": entries.map(([key]) => key),
  };
}

/**
 * Returns the condition keys of the caller, and of the service through which it calls.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
export function callerValues(context: CallContext<KmsStore>): Values {
  const account = callerAccount(context.principal);
  const via = viaService(context.principal);
  return {
    ...(account !== undefined && { "kms:CallerAccount": account }),
    ...(via !== undefined && { "kms:ViaService": via }),
  };
}

function keyValues(key: KmsKey, store: KmsStore): Values {
  return {
    "kms:KeySpec": key.spec,
    "kms:KeyUsage": key.usage,
    "kms:KeyOrigin": key.origin,
    "kms:ResourceAliases": aliasesOf(key, store).map((alias) => alias.name),
    ...Object.fromEntries([...key.tags].map(([name, value]) => [`aws:ResourceTag/${name}`, value])),
  };
}

function aliasValues(identifier: string | undefined): Values {
  const alias = requestedAlias(identifier);
  return alias === undefined ? {} : { "kms:RequestAlias": alias };
}

/**
 * Returns the check on a key that does not exist and so has no policy: the caller's own policies decide, then the
 * call reports the missing key.
 */
function checkOnMissing(
  action: string,
  identifier: string | undefined,
  context: CallContext<KmsStore>,
): AccessCheck {
  const name = identifier ?? "*";
  const resource = name.startsWith("arn:")
    ? name
    : formatArn("kms", context, name.startsWith("alias/") ? name : `key/${name}`);
  return {
    action: `kms:${action}`,
    resource,
    resourcePolicy: defaultKeyPolicy(context.accountId),
    context: callerValues(context),
  };
}
