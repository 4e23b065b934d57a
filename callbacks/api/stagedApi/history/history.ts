import { hasTexts } from "./parameterText";
import type { Variables } from "./variables";

export const deploymentOnlyModule = true;

/** What a stage serves: a version of the function and a deployment of the API, which belong together. */
export interface Release {
  readonly version: string;
  readonly deploymentId: string;
}

/** A release as `stage` served it. */
export interface JudgedRelease extends Release {
  /** Absent when they had no room in the parameter. */
  readonly variables?: Variables;
}

/** What is known of the releases of `stage`. */
export interface Verdicts {
  /** The first one that passed: prod serves it until it is moved. Absent where that was before this was noted. */
  readonly first?: Release;
  /** The last one that passed its checks. */
  readonly passed?: JudgedRelease;
  /** One that failed since, and why: nothing is promoted until another passes. */
  readonly failed?: Release & { readonly reason: string; readonly judge: string };
  /** The run that judges, or judged last: a verdict of any other comes too late. */
  readonly judge?: string;
}

/** One move of prod. */
export interface Move {
  readonly action: "promote" | "rollback";
  readonly from: Release;
  readonly to: Release;
  /** ISO 8601. */
  readonly at: string;
  /** Percent of the requests that a canary had, which this promotion has finished. */
  readonly canary?: number;
}

/** Something that happened to a canary, beside being finished: that is a promotion. */
export interface CanaryNote {
  readonly canary: "started" | "changed" | "aborted" | "stopped" | "expired";
  /** The version that it tried. */
  readonly version: string;
  readonly percent: number;
  /** ISO 8601. */
  readonly at: string;
  readonly reason?: string;
}

export type HistoryEntry = Move | CanaryNote;

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: a standard parameter holds 4 KB. */
export const MOST_BYTES = 4096;

/** Notes that stay although there are moves to forget: a rollback needs moves, and nothing needs old notes. */
const MOST_NOTES = 6;

/** Whether a value is a history: a list of moves and notes. */
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

/** The history with one entry more; what was noted before it was interrupted is not noted twice. */
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
 * What a rollback returns to: where prod was before the last promotion that was not rolled back. Undefined when
 * there is none, or when prod has been moved by something else since.
 */
export function rollbackTarget(
  history: readonly HistoryEntry[],
  now: Release,
): Release | undefined {
  const last = standingPromotions(history).at(-1);
  return last && isSame(last.to, now) ? last.from : undefined;
}

/** The promotions that were not rolled back, the one that made prod what it is last. */
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
