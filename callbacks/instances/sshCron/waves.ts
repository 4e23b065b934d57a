import { isFailure } from "./model";
import type { KeptRun } from "./reconcile";
import type { BatchSettings } from "./settings";
import type { Occurrence } from "./store/runStore";

export const deploymentOnlyModule = true;

/** Splits the hosts of an occurrence into waves: each begins when the one before has ended. */
export function wavesOf(hosts: readonly string[], batch: BatchSettings | undefined): string[][] {
  if (!batch || hosts.length === 0) return [[...hosts]];
  const { size } = batch;
  const share = typeof size === "number" ? size : (Number.parseInt(size, 10) * hosts.length) / 100;
  const each = Math.max(1, Math.floor(share));
  return Array.from({ length: Math.ceil(hosts.length / each) }, (_value, index) =>
    hosts.slice(index * each, (index + 1) * each),
  );
}

/** What to do after the wave that was sent last. */
export type NextWave =
  | { readonly kind: "none" }
  | { readonly kind: "send"; readonly wave: number; readonly hosts: readonly string[] }
  /** Too many runs have failed: the remaining hosts are skipped. */
  | { readonly kind: "stop"; readonly hosts: readonly string[]; readonly failures: number };

/** @param runs the runs of the occurrence, including those settled at this moment. */
export function nextWave(
  { hosts, wave = 0, sent, startBy }: Occurrence,
  runs: readonly KeptRun[],
  batch: BatchSettings | undefined,
  now: number,
): NextWave {
  const waves = wavesOf(hosts, batch);
  const [sentHosts, nextHosts] = waves.slice(wave);
  if (!batch || !sent || !sentHosts || !nextHosts) return { kind: "none" };
  const byHost = new Map(runs.map((run) => [run.host, run]));
  const current = sentHosts.map((host) => byHost.get(host));
  if (current.some((run) => run === undefined || run.state === "running")) return { kind: "none" };
  const failures = runs.filter(({ state }) => isFailure(state)).length;
  if (failures > batch.maxFailures)
    return { kind: "stop", hosts: waves.slice(wave + 1).flat(), failures };
  const last = Math.max(...current.map((run) => run?.endedAt ?? 0));
  // If it is too late to begin, the runs become `missed` by their own rule.
  if (now < last + batch.pause * 1000 || now >= startBy) return { kind: "none" };
  return { kind: "send", wave: wave + 1, hosts: nextHosts };
}
