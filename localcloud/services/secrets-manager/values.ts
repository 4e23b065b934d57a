import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CallContext } from "../../core/service";
import { exists, notFound, invalidRequest } from "./api";
import { DEFAULT_KEY, dataKeyFor } from "./encryption";
import { CURRENT, moveStage } from "./stages";
import type { Secret, SecretsStore, SecretValue, SecretVersion } from "./store";

/**
 * Maximum number of versions; beyond it, those without a label are deleted.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
const MAX_VERSIONS = 100;

interface Given {
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array;
  readonly ClientRequestToken?: string;
}

/** Returns the value in a request; undefined if it has none. */
export function valueOf({ SecretString, SecretBinary }: Given): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw invalidRequest(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary && { SecretBinary };
}

/**
 * Adds a version whose id is the request's token. The same value again has no effect; another value is refused.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export async function addVersion(
  secret: Secret,
  value: SecretValue,
  { token, stages = [CURRENT] }: { token?: string; stages?: readonly string[] },
  context: CallContext<SecretsStore>,
): Promise<SecretVersion> {
  const id = token ?? randomUUID();
  const known = (): SecretVersion | undefined => {
    const version = secret.versions.get(id);
    if (version && !isDeepStrictEqual(version.value, value))
      throw exists("You can't modify an existing version, you can only create a new version.");
    return version;
  };
  const before = known();
  if (before) return before;
  const keyId = secret.kmsKeyId ?? DEFAULT_KEY;
  const dataKey = await dataKeyFor(secret, id, keyId, context);
  // The same request may have been sent twice, and the other one may be complete.
  const meanwhile = known();
  if (meanwhile) return meanwhile;
  const createdAt = context.clock.date();
  const version: SecretVersion = { id, value, createdAt, stages: new Set(), keyId, dataKey };
  const first = secret.versions.size === 0;
  secret.versions.set(id, version);
  for (const stage of new Set([...stages, ...(first ? [CURRENT] : [])]))
    moveStage(secret, stage, version);
  secret.changedAt = createdAt;
  forgetOldVersions(secret);
  return version;
}

/** Returns the version that a request names by id, by label or by both; by default the current one. */
export function findVersion(
  secret: Secret,
  { VersionId, VersionStage }: { VersionId?: string; VersionStage?: string },
): SecretVersion {
  if (VersionId !== undefined) {
    const version = secret.versions.get(VersionId);
    if (!version) throw notFound(` value for VersionId: ${VersionId}`);
    if (VersionStage !== undefined && !version.stages.has(VersionStage))
      throw invalidRequest(
        "You provided a VersionStage that is not associated to the provided VersionId.",
      );
    return version;
  }
  const stage = VersionStage ?? CURRENT;
  const version = [...secret.versions.values()].find(({ stages }) => stages.has(stage));
  if (!version) throw notFound(` value for staging label: ${stage}`);
  return version;
}

export function requiredValue(given: Given): SecretValue {
  const value = valueOf(given);
  if (!value) throw invalidRequest("You must provide either SecretString or SecretBinary.");
  return value;
}

function forgetOldVersions({ versions }: Secret): void {
  for (const { id, stages } of [...versions.values()])
    if (versions.size > MAX_VERSIONS && stages.size === 0) versions.delete(id);
}
