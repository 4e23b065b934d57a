import { formatArn, parseArn } from "../../../core/arn";
import { required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { ensureManagedKey } from "./managedKeys";
import type { KmsAlias, KmsKey, KmsStore } from "../store";

const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Returns the key with a key id, key ARN, alias name or alias ARN.
 * @throws NotFoundException with KMS's message if there is none.
 */
export function resolveKey(identifier: string | undefined, store: KmsStore): KmsKey {
  const text = required(identifier, "keyId");
  const resource = localResource(text, store);
  if (resource.startsWith("alias/")) return aliasTarget(resource, store);
  const keyId = resource.startsWith("key/") ? resource.slice("key/".length) : resource;
  if (!KEY_ID.test(keyId)) throw notFound(`Invalid keyId '${keyId}'`);
  const key = store.keys.get(keyId);
  if (!key) throw notFound(`Key '${formatArn("kms", store.scope, `key/${keyId}`)}' does not exist`);
  return key;
}

/** Does the same as `resolveKey` for operations that accept no alias (their `KeyId` is a key id or a key ARN). */
export function resolveKeyItself(identifier: string | undefined, store: KmsStore): KmsKey {
  const text = required(identifier, "keyId");
  if (/(^|:)alias\//.test(text)) throw notFound(`Invalid keyId '${text}'`);
  return resolveKey(text, store);
}

/** Does the same as `resolveKey`, but returns undefined instead of an error: access checks must not throw. */
export function findKey(identifier: string | undefined, store: KmsStore): KmsKey | undefined {
  try {
    return resolveKey(identifier, store);
  } catch {
    return undefined;
  }
}

/** Returns the alias that an identifier names; undefined if it names a key. */
export function requestedAlias(identifier: string | undefined): string | undefined {
  return identifier === undefined ? undefined : /(?:^|:)(alias\/.*)$/.exec(identifier)?.[1];
}

export function aliasesOf(key: KmsKey, store: KmsStore): KmsAlias[] {
  return [...store.aliases.values()].filter((alias) => alias.targetKeyId === key.keyId);
}

export function notFound(message: string): AwsError {
  return new AwsError("NotFoundException", message);
}

/**
 * Refuses a key that cannot be used now, with the messages of the key state table:
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
export function checkUsable(key: KmsKey): KmsKey {
  checkNotPendingDeletion(key);
  if (!key.enabled) throw new AwsError("DisabledException", `${key.arn} is disabled.`);
  return key;
}

export function checkNotPendingDeletion(key: KmsKey): KmsKey {
  if (key.deletion)
    throw new AwsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
  return key;
}

function localResource(text: string, store: KmsStore): string {
  if (!text.startsWith("arn:")) return text;
  const arn = parseArn(text);
  if (!arn || arn.service !== "kms")
    throw new AwsError("InvalidArnException", `Invalid arn ${text}`);
  if (arn.region !== store.scope.region) throw notFound(`Invalid arn ${arn.region}`);
  if (arn.accountId !== store.scope.accountId) throw notFound(`Key '${text}' does not exist`);
  return arn.resource;
}

function aliasTarget(name: string, store: KmsStore): KmsKey {
  ensureManagedKey(name, store);
  const key = store.keys.get(store.aliases.get(name)?.targetKeyId ?? "");
  if (!key) throw notFound(`Alias ${formatArn("kms", store.scope, name)} is not found.`);
  return key;
}
