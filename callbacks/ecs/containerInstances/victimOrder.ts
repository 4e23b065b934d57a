import { isVictim, type Machine, type Machines, type PlacedTask, type Victim } from "./machines";

export const deploymentOnlyModule = true;

/**
 * In which order instances go: those of the oldest version of the launch template, for whoever makes a new one wants the old
 * instances to go; then what never came to be a member of the cluster, and those with the fewest tasks, of which daemons
 * are none; the oldest agents, and those of the zone that has most.
 */
export function victimOrder<M extends Machine>(
  { machines }: Machines<M>,
  victims: readonly Victim[],
): M[] {
  const candidates = machines.filter(
    (one) => one.isCapacity && !one.isProtected && !isVictim(victims, one),
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

/** What an instance must lose before it ends: daemons go with it. */
export function movingTasks({ registered }: Machine): PlacedTask[] {
  return registered?.tasks.filter(({ isDaemon }) => !isDaemon) ?? [];
}

/** `1.9.0` before `1.10.0`. */
export function compareVersions(a = "", b = ""): number {
  return a.localeCompare(b, "en", { numeric: true });
}
