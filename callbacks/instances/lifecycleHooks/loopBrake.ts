import {
  type Activity,
  type AutoScalingClient,
  DescribeScalingActivitiesCommand,
  SuspendProcessesCommand,
} from "@aws-sdk/client-auto-scaling";
import { reasonOf, retrying } from "../../retry";
import type { HookMessage } from "./hookMessage";
import type { HookDeps } from "./hookWork";

export const deploymentOnlyModule = true;

/** When launches that fail one after another are a loop, and what is done then. Each of them bills an instance. */
export interface LoopBrake {
  readonly onLoop: "suspend" | "alarm";
  readonly failures: number;
  readonly minutes: number;
}

/** Names an instance: a launch for which EC2 had none has billed none. */
const LAUNCHED = /^Launching [^.]*: i-/;

/** Launches of a group that failed since a time and since the last one that succeeded, but for that of one instance. */
export function failedLaunches(
  activities: readonly Activity[],
  since: number,
  except: string,
): number {
  const launches = activities.filter(({ Description = "" }) => LAUNCHED.test(Description));
  const succeeded = launches.filter(({ StatusCode }) => StatusCode === "Successful");
  const from = Math.max(since, ...succeeded.map(startOf));
  return launches.filter(
    (one) =>
      /^(Failed|Cancelled)$/.test(one.StatusCode ?? "") &&
      !one.Description?.includes(except) &&
      startOf(one) >= from,
  ).length;
}

function startOf({ StartTime }: Activity): number {
  return StartTime?.getTime() ?? 0;
}

/**
 * After a launch was abandoned: whether that was one too many, and then no further one is started.
 *
 * @returns what was done, or false.
 */
export async function stopLoop(
  engine: {
    readonly client: AutoScalingClient;
    readonly deps: HookDeps;
    readonly settings: { readonly brake: LoopBrake };
  },
  { groupName, instanceId }: HookMessage,
): Promise<string | false> {
  const { client, deps } = engine;
  const { onLoop, failures, minutes } = engine.settings.brake;
  const AutoScalingGroupName = groupName;
  const retry = { deps, until: deps.now() + 5_000 };
  try {
    const { Activities = [] } = await retrying(retry, () =>
      client.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName, MaxRecords: 100 })),
    );
    const since = deps.now() - minutes * 60_000;
    const failed = failedLaunches(Activities, since, instanceId) + 1;
    if (failed < failures) return false;
    const loop = `launch ${failed} of ${groupName} failed within ${minutes} minutes`;
    if (onLoop === "alarm") return loop;
    const ScalingProcesses = ["Launch"];
    await retrying(retry, () =>
      client.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses })),
    );
    return `${loop}, so that Launch is suspended: mend the cause, then aws autoscaling resume-processes --auto-scaling-group-name ${groupName} --scaling-processes Launch`;
  } catch (error) {
    // The wait of the instance has ended already; the next failure looks again.
    console.error("launches were not counted", { instanceId, reason: reasonOf(error) });
    return false;
  }
}
