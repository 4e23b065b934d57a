import type { RunEnd, RunRecord } from "./model";
import { nextDue } from "./occurrence";
import type { SshCronSettings } from "./settings";
import type { Occurrence } from "./store/runStore";

export const deploymentOnlyModule = true;

/** Milliseconds after its time for a run to be told of. */
const PATIENCE = 60_000;

/** A run as it is kept; `until` is when one that still runs is over, whatever becomes of it. */
export type KeptRun = RunRecord & { readonly until?: number };

/** An end that nobody else writes any more. */
export interface Judged {
  readonly host: string;
  /** The run that was begun; undefined when none was. */
  readonly run?: KeptRun;
  readonly end: RunEnd;
}

/** What becomes of the runs of an occurrence that nobody has ended, and how many ended how, once all have. */
export function judge(
  { hosts, startBy }: Occurrence,
  runs: readonly KeptRun[],
  now: number,
): { readonly ends: readonly Judged[]; readonly counts?: Readonly<Record<string, number>> } {
  const byHost = new Map(runs.map((run) => [run.host, run]));
  const ends: Judged[] = [];
  const counts: Record<string, number> = {};
  let open = 0;
  for (const host of hosts) {
    const run = byHost.get(host);
    const end = run ? lost(run, now) : missed(startBy, now);
    const isEnded = run !== undefined && run.state !== "running";
    const state = end?.state ?? (isEnded ? run.state : undefined);
    if (end) ends.push({ host, ...(run ? { run } : {}), end });
    if (state === undefined) open += 1;
    else counts[state] = (counts[state] ?? 0) + 1;
  }
  return { ends, ...(open === 0 ? { counts } : {}) };
}

function lost({ state, until = 0 }: KeptRun, now: number): RunEnd | undefined {
  if (state !== "running" || now < until + PATIENCE) return undefined;
  return { state: "lost", reason: "its worker ended without a word; it may have run" };
}

function missed(startBy: number, now: number): RunEnd | undefined {
  if (now < startBy + PATIENCE) return undefined;
  return { state: "missed", reason: "nobody worked on it in time" };
}

/** Milliseconds after which an occurrence that is not there was missed, beside its flexible window. */
const TRIGGER_PATIENCE = 5 * 60_000;

/**
 * The time of an occurrence that should be there and is not: the trigger did not run.
 *
 * @param since when the schedule began to be as it is, or when it last had an occurrence.
 */
export function missedOccurrence(
  { schedule, timezone }: Pick<SshCronSettings, "schedule" | "timezone">,
  { since, now, flexibleMinutes }: { since: number; now: number; flexibleMinutes: number },
): number | undefined {
  const due = nextDue(schedule, since, timezone);
  const patience = TRIGGER_PATIENCE + flexibleMinutes * 60_000;
  return due !== undefined && now >= due + patience ? due : undefined;
}
