import type { RunRecord } from "../../../../callbacks/instances/sshCron/model";
import type { KeptRun } from "../../../../callbacks/instances/sshCron/reconcile";
import type { Occurrence, RunStore } from "../../../../callbacks/instances/sshCron/store/runStore";

export interface MemoryStore extends RunStore {
  /** By `<occurrence> <host>`. */
  readonly kept: Map<string, KeptRun>;
  /** All states of a run, in order. */
  readonly states: Map<string, string[]>;
  readonly begun: Map<string, Occurrence>;
}

/** Works like the table, with the same conditions, in memory. */
export function memoryStore(pins: (host: string) => readonly string[]): MemoryStore {
  const kept = new Map<string, KeptRun>();
  const states = new Map<string, string[]>();
  const begun = new Map<string, Occurrence>();
  const leases = new Map<string, { occurrence: string; until: number }>();
  const texts = new Map<string, string>();
  const set = (run: KeptRun): void => {
    const key = `${run.occurrence} ${run.host}`;
    kept.set(key, run);
    states.set(key, [...(states.get(key) ?? []), run.state]);
  };
  const end = (run: { occurrence: string; host: string }, record: object): boolean => {
    const known = kept.get(`${run.occurrence} ${run.host}`);
    if (known?.state !== "running") return false;
    set({ ...known, ...record });
    return true;
  };
  return {
    kept,
    states,
    begun,
    async claim({ occurrence, host, name, now, until, overlaps }) {
      if (kept.has(`${occurrence} ${host}`)) return "repeated";
      const lease = leases.get(host);
      if (!overlaps && lease && lease.until >= now) return "busy";
      if (!overlaps) leases.set(host, { occurrence, until });
      set({ occurrence, host, name, state: "running", startedAt: now, until });
      return "claimed";
    },
    async detach({ occurrence, host, overlaps }, until) {
      const known = kept.get(`${occurrence} ${host}`);
      if (known?.state !== "running") return false;
      kept.set(`${occurrence} ${host}`, { ...known, detached: true, until });
      if (!overlaps) leases.set(host, { occurrence, until });
      return true;
    },
    run: async (occurrence, host) => kept.get(`${occurrence} ${host}`),
    async finish(claim, ended, now) {
      if (leases.get(claim.host)?.occurrence === claim.occurrence) leases.delete(claim.host);
      return end(claim, { ...ended, endedAt: now });
    },
    async note(run: RunRecord, now: number) {
      if (kept.has(`${run.occurrence} ${run.host}`)) return false;
      set({ ...run, endedAt: now });
      return true;
    },
    giveUp: async (run, ended, now) => end(run, { ...ended, endedAt: now }),
    pins: async (host) => pins(host),
    known: async (hosts) => new Set(hosts),
    rememberPins: async () => undefined,
    async begin(occurrence) {
      const known = begun.get(occurrence.id);
      if (!known) begun.set(occurrence.id, occurrence);
      return known;
    },
    occurrence: async (id) => begun.get(id),
    async sent(id) {
      const known = begun.get(id);
      if (known) begun.set(id, { ...known, sent: true });
    },
    async sentWave(id, wave) {
      const known = begun.get(id);
      if (known) begun.set(id, { ...known, wave });
    },
    async close(id, counts) {
      const known = begun.get(id);
      if (known) begun.set(id, { ...known, counts });
    },
    occurrences: async (last) =>
      [...begun.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, last),
    runs: async (occurrence) => [...kept.values()].filter((run) => run.occurrence === occurrence),
    recall: async (name) => texts.get(name),
    keep: async (name, text) => void texts.set(name, text),
  };
}
