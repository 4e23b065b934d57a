export const deploymentOnlyModule = true;

/** What a stage serves: a version of the function and a deployment of the API, which belong together. */
export interface Release {
  readonly version: string;
  readonly deploymentId: string;
}

/** What is known of the releases of `stage`. */
export interface Verdicts {
  /** The last one that passed its checks. */
  readonly passed?: Release;
  /** One that failed since, and why: nothing is promoted until another passes. */
  readonly failed?: Release & { readonly reason: string };
}

/** One move of prod. */
export interface Move {
  readonly action: "promote" | "rollback";
  readonly from: Release;
  readonly to: Release;
  /** ISO 8601. */
  readonly at: string;
}

/** Moves that are remembered: a standard parameter holds 4 KB, and one move takes about 170 characters. */
const MOST_MOVES = 20;

/** Reads the parameter; what is not a list of moves is an empty one. */
export function parseHistory(text: string): Move[] {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? (value as Move[]) : [];
}

/** The history with one move more; a move that was noted before it was interrupted is not noted twice. */
export function withMove(history: readonly Move[], move: Move): Move[] {
  const last = history.at(-1);
  const isNoted = last !== undefined && last.at === move.at && last.action === move.action;
  return isNoted ? [...history] : [...history, move].slice(-MOST_MOVES);
}

/**
 * What a rollback returns to: where prod was before the last promotion that was not rolled back. Undefined when
 * there is none, or when prod has been moved by something else since.
 */
export function rollbackTarget(history: readonly Move[], now: Release): Release | undefined {
  const last = lastPromotion(history);
  return last && isSame(last.to, now) ? last.from : undefined;
}

/** The promotion that made prod what it is; undefined when all of them were rolled back. */
export function lastPromotion(history: readonly Move[]): Move | undefined {
  const promotions: Move[] = [];
  for (const move of history) {
    if (move.action === "promote") promotions.push(move);
    else promotions.pop();
  }
  return promotions.at(-1);
}

export function isSame(a: Release, b: Release): boolean {
  return a.version === b.version && a.deploymentId === b.deploymentId;
}
