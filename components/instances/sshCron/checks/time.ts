import * as pulumi from "@pulumi/pulumi";
import { startByOf } from "../../../../callbacks/instances/sshCron/occurrence";
import { scheduleProblem } from "../../../function/triggers/schedule";
import type { SshCronArgs } from "../args";
import { targetsOf } from "../given";

export function checkSchedule(self: pulumi.Resource, { schedule, timezone }: SshCronArgs): void {
  const problem =
    typeof schedule === "string"
      ? scheduleProblem(schedule, new Date(), timezone)
      : `given ${typeof schedule}; write rate(15 minutes) or cron(0 9 ? * MON-FRI *)`;
  if (problem !== undefined) throw new pulumi.ResourceError(`schedule: ${problem}.`, self, true);
}

/** Hosts that are named can be counted: whether they can be worked through until the next occurrence. */
export function warnOfTime(self: pulumi.Resource, args: SshCronArgs): void {
  const { timeout = 300, maximumConcurrency = 50, schedule, timezone } = args;
  const hosts = targetsOf(args).reduce(
    (sum, target) =>
      sum + ("host" in target ? 1 : "instances" in target ? target.instances.length : 0),
    0,
  );
  const now = Date.now();
  const period = (startByOf({ schedule, timezone }, now) - now) / 1000;
  const needed = Math.ceil(hosts / maximumConcurrency) * timeout;
  if (needed <= period) return;
  void pulumi.log.warn(
    `${hosts} hosts with a timeout of ${timeout} s, ${maximumConcurrency} at once, may take ${needed} s, but the next occurrence comes after ${Math.round(period)} s: raise maximumConcurrency, or lower timeout.`,
    self,
  );
}
