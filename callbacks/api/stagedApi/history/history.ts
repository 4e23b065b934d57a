import { hasTexts } from "./parameterText";
import type { Variables } from "./variables";

export const deploymentOnlyModule = true;

/** What a stage serves: a version of the function and a deployment of the API, which belong together. */
export interface Release {
  readonly version: string;
  readonly deploymentId: string;
}

/** A release that `stage` served. */
export interface GatedRelease extends Release {
  /** Absent when they did not fit in the parameter. */
  readonly variables?: Variables;
}

/** The gate results of the releases of `stage`. */
export interface GateResults {
  /** The first release that passed: prod serves it until prod is moved. Absent for APIs older than this field. */
  readonly first?: Release;
  /** The last release that passed its checks. */
  readonly passed?: GatedRelease;
  /** The release that failed since, and why: nothing is promoted until another one passes. */
  readonly failed?: Release & { readonly reason: string; readonly judge: string };
  /** Id of the run that judges, or judged last: the result of any other run is too late. */
  readonly judge?: string;
}

/** One move of prod. */
export interface Move {
  readonly action: "promote" | "rollback";
  readonly from: Release;
  readonly to: Release;
  /** ISO 8601. */
  readonly at: string;
  /** Percent of the requests of the canary that this promotion finished. */
  readonly canary?: number;
}

/** An event of a canary other than being finished, which is a promotion. */
export interface CanaryNote {
  readonly canary: "started" | "changed" | "aborted" | "stopped" | "expired";
  /** The canary's version. */
  readonly version: string;
  readonly percent: number;
  /** ISO 8601. */
  readonly at: string;
  readonly reason?: string;
}

export type HistoryEntry = Move | CanaryNote;

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: a standard parameter holds 4 KB. */
export const MOST_BYTES = 4096;

/** Notes that are kept even when moves must be removed: a rollback needs moves, and nothing needs old notes. */
const MOST_NOTES = 6;

/** Checks whether a value is a history: a list of moves and notes. */
export function isHistory(value: unknown): value is HistoryEntry[] {
  return Array.isArray(value) && value.every((entry) => isMoveLike(entry) || isNoteLike(entry));
}

function isMoveLike(entry: unknown): boolean {
  if (!hasTexts(entry, "action", "at")) return false;
  const { action, from, to } = entry as Record<string, unknown>;
  const ends = [from, to].every((end) => hasTexts(end, "version", "deploymentId"));
  return ends && ["promote", "rollback"].includes(String(action));
}

function isNoteLike(entry: unknown): boolean {
  return (
    hasTexts(entry, "canary", "version", "at") && !Object.hasOwn(Object(entry) as object, "action")
  );
}

/** Returns the history with one more entry; an entry that was noted before an interruption is not added again. */
export function withEntry(history: readonly HistoryEntry[], entry: HistoryEntry): HistoryEntry[] {
  if (history.some((noted) => isSameEntry(noted, entry))) return [...history];
  const kept = [...history, entry];
  while (Buffer.byteLength(JSON.stringify(kept)) > MOST_BYTES) {
    const notes = kept.filter((one) => !isMove(one));
    const [note] = notes;
    const oldest = notes.length > MOST_NOTES ? note : (kept.find(isMove) ?? note);
    if (!oldest) break;
    kept.splice(kept.indexOf(oldest), 1);
  }
  return kept;
}

export function isMove(entry: HistoryEntry): entry is Move {
  return "action" in entry;
}

export function isSameEntry(one: HistoryEntry, other: HistoryEntry): boolean {
  return one.at === other.at && kindOf(one) === kindOf(other);
}

function kindOf(entry: HistoryEntry): string {
  return isMove(entry) ? entry.action : entry.canary;
}

/**
 * Returns the target of a rollback: the release of prod before the last promotion that was not rolled back. Undefined
 * when there is none, or when something else has moved prod since.
 */
export function rollbackTarget(
  history: readonly HistoryEntry[],
  now: Release,
): Release | undefined {
  const last = standingPromotions(history).at(-1);
  return last && isSame(last.to, now) ? last.from : undefined;
}

/** Returns the promotions that were not rolled back, the latest last. */
export function standingPromotions(history: readonly HistoryEntry[]): Move[] {
  const promotions: Move[] = [];
  for (const move of history.filter(isMove)) {
    if (move.action === "promote") promotions.push(move);
    else promotions.pop();
  }
  return promotions;
}

export function isSame(a: Release, b: Release): boolean {
  return a.version === b.version && a.deploymentId === b.deploymentId;
}
