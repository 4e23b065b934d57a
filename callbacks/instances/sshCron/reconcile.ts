import type { RunEnd, RunRecord } from "./model";
import { nextDue } from "./occurrence";
import type { SshCronSettings } from "./settings";
import type { Occurrence } from "./store/runStore";

export const deploymentOnlyModule = true;

/** Milliseconds after its deadline in which a run may still record its end. */
const REPORT_DELAY_MS = 60_000;

/** A run as it is stored; `until` is the time after which a running one has certainly ended. */
export type KeptRun = RunRecord & { readonly until?: number };

/** An end that the reconciler writes because nothing else will. */
export interface ReconciledRun {
  readonly host: string;
  /** The run that began; undefined when none did. */
  readonly run?: KeptRun;
  readonly end: RunEnd;
}

/** Decides how the unfinished runs of an occurrence have ended, and, once all have, how many ended in which state. */
export function reconcileRuns(
  { hosts, startBy }: Occurrence,
  runs: readonly KeptRun[],
  now: number,
): { readonly ends: readonly ReconciledRun[]; readonly counts?: Readonly<Record<string, number>> } {
  const byHost = new Map(runs.map((run) => [run.host, run]));
  const ends: ReconciledRun[] = [];
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
  if (state !== "running" || now < until + REPORT_DELAY_MS) return undefined;
  return { state: "lost", reason: "its worker ended without a result; it may have run" };
}

function missed(startBy: number, now: number): RunEnd | undefined {
  if (now < startBy + REPORT_DELAY_MS) return undefined;
  return { state: "missed", reason: "no worker started it in time" };
}

/** Milliseconds after which a missing occurrence counts as missed, in addition to its flexible window. */
const TRIGGER_DELAY_MS = 5 * 60_000;

/**
 * Returns the time of an occurrence that should exist and does not: the trigger did not run.
 *
 * @param since when the schedule was last changed, or last had an occurrence.
 */
export function missedOccurrence(
  { schedule, timezone }: Pick<SshCronSettings, "schedule" | "timezone">,
  { since, now, flexibleMinutes }: { since: number; now: number; flexibleMinutes: number },
): number | undefined {
  const due = nextDue(schedule, since, timezone);
  const allowance = TRIGGER_DELAY_MS + flexibleMinutes * 60_000;
  return due !== undefined && now >= due + allowance ? due : undefined;
}
