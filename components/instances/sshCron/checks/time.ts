import * as pulumi from "@pulumi/pulumi";
import { localTime } from "../../../../callbacks/schedule/localTime";
import { scheduleProblem } from "../../../function/triggers/schedule";
import { argumentError } from "../../../validation";
import type { SshCronArgs } from "../args";
import { targetsOf } from "../given";
import { shortestPeriod } from "../period";
import { followSettings } from "../settings";

export function checkSchedule(self: pulumi.Resource, args: SshCronArgs): void {
  const { schedule, timezone } = args;
  const problem =
    typeof schedule === "string"
      ? scheduleProblem(schedule, new Date(), timezone)
      : `given ${typeof schedule}; write rate(15 minutes) or cron(0 9 ? * MON-FRI *)`;
  if (problem !== undefined) throw new pulumi.ResourceError(`schedule: ${problem}.`, self, true);
  checkWindow(self, args);
  checkFlexibleMinutes(self, args);
}

function checkWindow(self: pulumi.Resource, { window }: SshCronArgs): void {
  if (!window) return;
  const { from, to, timezone } = window;
  if (from === to)
    throw argumentError(
      self,
      "window",
      window,
      "from and to are equal; leave out the window for the whole day",
    );
  try {
    localTime(timezone);
  } catch (error) {
    const { message } = error as Error;
    throw new pulumi.ResourceError(`window.timezone: ${message}.`, self, true);
  }
}

/** Checks that an occurrence that starts as late as allowed still has time to start on its hosts. */
function checkFlexibleMinutes(self: pulumi.Resource, args: SshCronArgs): void {
  const { flexibleMinutes, startWithin, schedule } = args;
  if (flexibleMinutes === undefined) return;
  const seconds = startWithin ?? shortestPeriod(args) / 1000;
  if (flexibleMinutes * 60 < seconds) return;
  const what =
    startWithin === undefined
      ? `the next occurrence of ${schedule} comes ${seconds} s after one, and runs that have not started are missed then`
      : `runs that have not started are missed after startWithin, ${seconds} s`;
  const allowed = `${what}; give fewer minutes, or a longer startWithin`;
  throw argumentError(self, "flexibleMinutes", flexibleMinutes, allowed);
}

/** Occurrences that the reconciler checks, minus a few for those that the command `run` starts. */
const CHECKED_OCCURRENCES = 40;

/** Checks the polling time: a job that ends after many occurrences would not be found any more. */
export function checkPolling(self: pulumi.Resource, args: SshCronArgs): void {
  const { polling } = followSettings(args);
  if (!polling) return;
  const most = Math.floor((shortestPeriod(args) / 1000) * CHECKED_OCCURRENCES);
  if (polling.timeout <= most) return;
  const allowed = `allowed are ${most} seconds with ${args.schedule}, ${CHECKED_OCCURRENCES} occurrences; run it less often, or lower the timeout`;
  throw argumentError(self, "background.timeout", polling.timeout, allowed);
}

/** Warns if the named hosts cannot all be processed before the next occurrence. */
export function warnOfTime(self: pulumi.Resource, args: SshCronArgs): void {
  const { timeout = 300, maximumConcurrency = 50 } = args;
  const hosts = targetsOf(args).reduce(
    (sum, target) =>
      sum + ("host" in target ? 1 : "instances" in target ? target.instances.length : 0),
    0,
  );
  const period = shortestPeriod(args) / 1000;
  const needed = Math.ceil(hosts / maximumConcurrency) * timeout;
  if (needed <= period) return;
  void pulumi.log.warn(
    `${hosts} hosts with a timeout of ${timeout} s, ${maximumConcurrency} at once, may take ${needed} s, but the next occurrence comes after ${Math.round(period)} s: raise maximumConcurrency, or lower timeout.`,
    self,
  );
}
