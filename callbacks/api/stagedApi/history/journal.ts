import type { Move } from "./history";

export const deploymentOnlyModule = true;

/** One attempt to carry out a move; an interrupted attempt is completed by another one. */
export interface Attempt {
  /** Unique id of this attempt: two attempts in the same millisecond would have the same text otherwise. */
  readonly by: string;
  /** ISO 8601. */
  readonly since: string;
}

/**
 * Returns the description of the alias during a move of prod. A move changes an alias and a stage, which AWS cannot do
 * atomically. The description is set in the same call as the alias, and only one of two callers that read the same
 * revision succeeds.
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

/** Returns the description of the alias when no move is under way. */
export function finishedMoveText({ action, to, at }: Move): string {
  return `${action} to version ${to.version}, deployment ${to.deploymentId}, at ${at}`;
}

/** Returns when the last attempt of the move under way began, ISO 8601. */
export function journalSince(description = "{}"): string {
  const { at, since = at } = readJournal(description);
  return since;
}

interface Journal {
  readonly moving: Move["action"];
  readonly from: [string, string];
  readonly to: [string, string];
  readonly at: string;
  readonly canary?: number;
  readonly since?: string;
}

/** @throws Error with instructions when somebody edited the alias manually. */
function readJournal(description: string): Journal {
  try {
    const found = JSON.parse(description) as Partial<Journal>;
    const ends = [found.from, found.to].flat();
    const isWhole = ends.length === 4 && ends.every((end) => typeof end === "string");
    const isMove = found.moving === "promote" || found.moving === "rollback";
    if (isWhole && isMove && !Number.isNaN(Date.parse(found.at ?? ""))) return found as Journal;
  } catch {
    // Thrown below.
  }
  throw new Error(
    "The description of alias PROD looks like a move under way but is not valid: it was edited by hand. See which " +
      "version PROD and which deployment stage prod serve, and empty it by 'aws lambda update-alias --name PROD " +
      '--description "" --function-name <function>\'.',
  );
}

/**
 * Parses the move that is under way; undefined when there is none.
 *
 * @throws Error with instructions when somebody edited the alias manually.
 */
export function parseJournal(description: string | undefined): Move | undefined {
  if (!description?.startsWith('{"moving":')) return undefined;
  const { moving, from, to, at, canary } = readJournal(description);
  const release = ([version, deploymentId]: [string, string]) => ({ version, deploymentId });
  const move: Move = { action: moving, from: release(from), to: release(to), at };
  return canary === undefined ? move : { ...move, canary };
}
