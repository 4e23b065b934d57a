import {
  isLeaving,
  type ClusterInstance,
  type ClusterInstances,
  type PlacedTask,
  type LeavingInstance,
} from "./machines";

export const deploymentOnlyModule = true;

/**
 * Returns the instances in the order in which they are removed: first those of the oldest version of the launch
 * template, since a new version should replace the old instances; then those that never registered with the cluster,
 * and those with the fewest tasks, daemons not counted; then the oldest agents, and those of the zone with the most
 * instances.
 */
export function removalOrder<M extends ClusterInstance>(
  { machines }: ClusterInstances<M>,
  leaving: readonly LeavingInstance[],
): M[] {
  const candidates = machines.filter(
    (one) => one.isCapacity && !one.isProtected && !isLeaving(leaving, one),
  );
  const ordered: M[] = [];
  for (;;) {
    const left = candidates.filter((one) => !ordered.includes(one));
    const inZone = (zone: string): number => left.filter((one) => one.zone === zone).length;
    const [next] = left.sort(
      (a, b) =>
        compareVersions(a.templateVersion, b.templateVersion) ||
        movingTasks(a).length - movingTasks(b).length ||
        compareVersions(a.registered?.agentVersion, b.registered?.agentVersion) ||
        inZone(b.zone) - inZone(a.zone) ||
        (a.ec2InstanceId < b.ec2InstanceId ? -1 : 1),
    );
    if (next === undefined) return ordered;
    ordered.push(next);
  }
}

/** Returns the tasks that must move before an instance terminates; daemon tasks end with it. */
export function movingTasks({ registered }: ClusterInstance): PlacedTask[] {
  return registered?.tasks.filter(({ isDaemon }) => !isDaemon) ?? [];
}

/** Compares versions by number: `1.9.0` comes before `1.10.0`. */
export function compareVersions(a = "", b = ""): number {
  return a.localeCompare(b, "en", { numeric: true });
}
