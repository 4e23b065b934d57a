import type {
  DescribeSecretResponse,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
  SecretListEntry,
} from "@aws-sdk/client-secrets-manager";
import { pageOf } from "../../entities/paging";
import { api } from "./api";
import { DEFAULT_KEY } from "./encryption";
import type { Secret } from "./store";

export function described(secret: Secret): DescribeSecretResponse {
  return { ...common(secret), VersionIdsToStages: stagesByVersion(secret) };
}

export function listed(secret: Secret): SecretListEntry {
  return { ...common(secret), SecretVersionsToStages: stagesByVersion(secret) };
}

export function versionEntries(
  secret: Secret,
  input: ListSecretVersionIdsRequest,
): ListSecretVersionIdsResponse {
  const { items, next } = pageOf(api.model("ListSecretVersionIds"), input, {
    items: [...secret.versions.values()].filter(
      ({ stages }) => input.IncludeDeprecated || stages.size > 0,
    ),
    key: ({ createdAt, id }) => `${createdAt.toISOString()} ${id}`,
    max: 100,
    invalidToken: api.errors.invalidToken,
  });
  const Versions = items.map((version) => ({
    VersionId: version.id,
    VersionStages: [...version.stages],
    LastAccessedDate: dayOf(version.accessedAt),
    CreatedDate: version.createdAt,
    KmsKeyIds: [version.keyId === DEFAULT_KEY ? "DefaultEncryptionKey" : version.keyId],
  }));
  return { ARN: secret.arn, Name: secret.name, Versions, ...next };
}

function common(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.changedAt,
    LastAccessedDate: dayOf(secret.accessedAt),
    DeletedDate: secret.deletion?.date,
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
  };
}

/** Returns the day: AWS shows the date of the last access without its time. */
function dayOf(date: Date | undefined): Date | undefined {
  return date && new Date(date.toISOString().slice(0, 10));
}

function stagesByVersion({ versions }: Secret): Record<string, string[]> {
  return Object.fromEntries(
    [...versions.values()]
      .filter(({ stages }) => stages.size > 0)
      .map(({ id, stages }) => [id, [...stages]]),
  );
}
