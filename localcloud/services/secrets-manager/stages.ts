import { invalidParameter } from "./api";
import type { Secret, SecretVersion } from "./store";

export const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_STAGES = 20;

/** Moves a label, which only one version can have. The version that loses AWSCURRENT becomes AWSPREVIOUS. */
export function moveStage(secret: Secret, stage: string, to: SecretVersion): void {
  const from = holder(secret, stage);
  if (from === to) return;
  if (to.stages.size >= MAX_STAGES)
    throw invalidParameter(`You can't attach more than ${MAX_STAGES} staging labels to a version.`);
  from?.stages.delete(stage);
  to.stages.add(stage);
  if (stage !== CURRENT || !from) return;
  holder(secret, PREVIOUS)?.stages.delete(PREVIOUS);
  from.stages.add(PREVIOUS);
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
export function updateStage(
  secret: Secret,
  request: { VersionStage: string; RemoveFromVersionId?: string; MoveToVersionId?: string },
): void {
  const { VersionStage: stage, RemoveFromVersionId: fromId, MoveToVersionId: toId } = request;
  const from = holder(secret, stage);
  const to = toId === undefined ? undefined : versionOf(secret, toId);
  if (from && fromId === undefined && from !== to)
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ` +
        `${from.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  if (fromId !== undefined && from !== versionOf(secret, fromId))
    throw invalidParameter(
      `When you move staging label ${stage}, if you specify RemoveFromVersionId, it must be set to the version ` +
        `that currently has the staging label ${stage}.`,
    );
  if (to) moveStage(secret, stage, to);
  else if (stage === CURRENT)
    throw invalidParameter(
      `You can only move staging label ${stage} to a different secret version. It can\u2019t be completely removed.`,
    );
  else from?.stages.delete(stage);
}

function versionOf(secret: Secret, id: string): SecretVersion {
  const version = secret.versions.get(id);
  if (!version) throw invalidParameter(`Not a valid version: ${id}`);
  return version;
}

function holder({ versions }: Secret, stage: string): SecretVersion | undefined {
  return [...versions.values()].find(({ stages }) => stages.has(stage));
}
