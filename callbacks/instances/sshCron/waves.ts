import { isFailure } from "./model";
import type { KeptRun } from "./reconcile";
import type { BatchSettings } from "./settings";
import type { Occurrence } from "./store/runStore";

export const deploymentOnlyModule = true;

/** The hosts of an occurrence in waves: one begins when the one before has ended. */
export function wavesOf(hosts: readonly string[], batch: BatchSettings | undefined): string[][] {
  if (!batch || hosts.length === 0) return [[...hosts]];
  const { size } = batch;
  const share = typeof size === "number" ? size : (Number.parseInt(size, 10) * hosts.length) / 100;
  const each = Math.max(1, Math.floor(share));
  return Array.from({ length: Math.ceil(hosts.length / each) }, (_value, index) =>
    hosts.slice(index * each, (index + 1) * each),
  );
}

/** What comes after the wave that was sent last. */
export type NextWave =
  | { readonly kind: "none" }
  | { readonly kind: "send"; readonly wave: number; readonly hosts: readonly string[] }
  /** Too many runs have failed: the other hosts are left alone. */
  | { readonly kind: "stop"; readonly hosts: readonly string[]; readonly failures: number };

/**
 * @param runs those of the occurrence, with what was settled in this moment.
 */
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
  // What comes too late is missed, by its own rule.
  if (now < last + batch.pause * 1000 || now >= startBy) return { kind: "none" };
  return { kind: "send", wave: wave + 1, hosts: nextHosts };
}
