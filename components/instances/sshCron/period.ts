import { startByOf } from "../../../callbacks/instances/sshCron/occurrence";
import type { SshCronArgs } from "./args";

/** Occurrences that are compared: a cron can be irregular, such as only on some days of the week. */
const COMPARED = 10;

/** Returns the shortest time between two of the next occurrences, in milliseconds. */
export function shortestPeriod({
  schedule,
  timezone,
}: Pick<SshCronArgs, "schedule" | "timezone">): number {
  let shortest = Infinity;
  let due = startByOf({ schedule, timezone }, Date.now());
  for (let count = 0; count < COMPARED; count += 1) {
    const next = startByOf({ schedule, timezone }, due);
    shortest = Math.min(shortest, next - due);
    due = next;
  }
  return shortest;
}
