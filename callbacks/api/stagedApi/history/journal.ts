import type { Move } from "./history";

export const deploymentOnlyModule = true;

/** Who carries a move out: one that broke off is carried out by somebody else. */
export interface Attempt {
  /** Names this attempt alone: two of the same millisecond would say the same otherwise. */
  readonly by: string;
  /** ISO 8601. */
  readonly since: string;
}

/**
 * A move of prod changes an alias and a stage, which AWS cannot do at once. The description of the alias says what is
 * under way: it changes in the same call as the alias, and only for one of two who read the same revision.
 */
export function journalText(move: Move, { by, since }: Attempt): string {
  const { action, from, to, at, canary } = move;
  // At most 256 characters: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
  return JSON.stringify({
    moving: action,
    from: [from.version, from.deploymentId],
    to: [to.version, to.deploymentId],
    at,
    canary,
    by,
    since: since === at ? undefined : since,
  });
}

/** What the alias says when nothing is under way. */
export function settledText({ action, to, at }: Move): string {
  return `${action} to version ${to.version}, deployment ${to.deploymentId}, at ${at}`;
}

/** When somebody last began to carry out the move that is under way, ISO 8601. */
export function journalSince(description = "{}"): string {
  const { at, since = at } = JSON.parse(description) as { at: string; since?: string };
  return since;
}

/** The move that is under way; undefined when there is none. */
export function parseJournal(description: string | undefined): Move | undefined {
  if (!description?.startsWith('{"moving":')) return undefined;
  const { moving, from, to, at, canary } = JSON.parse(description) as {
    moving: Move["action"];
    from: [string, string];
    to: [string, string];
    at: string;
    canary?: number;
  };
  const release = ([version, deploymentId]: [string, string]) => ({ version, deploymentId });
  const move: Move = { action: moving, from: release(from), to: release(to), at };
  return canary === undefined ? move : { ...move, canary };
}
