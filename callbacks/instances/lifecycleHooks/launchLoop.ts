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

/**
 * Settings of the launch-loop protection: how many failed launches in a row, within how many minutes, count as a loop,
 * and what to do then. Each failed launch bills an instance.
 */
export interface LoopProtection {
  readonly onLoop: "suspend" | "alarm";
  readonly failures: number;
  readonly minutes: number;
}

interface LoopEngine {
  readonly client: AutoScalingClient;
  readonly deps: HookDeps;
  readonly settings: { readonly loop: LoopProtection };
}

/** Matches an activity with an instance id: a launch without an instance is not billed. */
const LAUNCHED = /^Launching [^.]*: i-/;

/**
 * Returns the launches of a group that failed since a time and since the last successful one, except that of one
 * instance.
 */
export function failedLaunches(
  activities: readonly Activity[],
  since: number,
  except?: string,
): Activity[] {
  const launches = activities.filter(({ Description = "" }) => LAUNCHED.test(Description));
  const succeeded = launches.filter(({ StatusCode }) => StatusCode === "Successful");
  const from = Math.max(since, ...succeeded.map(startOf));
  return launches.filter(
    (one) =>
      /^(Failed|Cancelled)$/.test(one.StatusCode ?? "") &&
      (except === undefined || !one.Description?.includes(except)) &&
      startOf(one) >= from,
  );
}

export function startOf({ StartTime }: Activity): number {
  return StartTime?.getTime() ?? 0;
}

/**
 * Prevents further launches if too many have failed; called after a launch was abandoned.
 *
 * @returns a description of what was done, or false.
 */
export async function stopLoop(
  engine: LoopEngine,
  { groupName, instanceId }: HookMessage,
): Promise<string | false> {
  try {
    const activities = await activitiesOf(engine, groupName);
    const failed = failedLaunches(activities, sinceOf(engine), instanceId).length + 1;
    return await stopIfLooping(engine, groupName, failed);
  } catch (error) {
    // Ignored: the hook of this instance has already completed, and the next failed launch counts again.
    console.error("launches were not counted", { instanceId, reason: reasonOf(error) });
    return false;
  }
}

/** Milliseconds after which a failed launch no longer shows that a loop continues. */
const GOES_ON = 10 * 60_000;

/** Prevents further launches if too many have failed because the function did not answer in time. */
export function stopUnanswered(
  engine: LoopEngine,
  groupName: string,
  activities: readonly Activity[],
): Promise<string | false> {
  const failed = failedLaunches(activities, sinceOf(engine));
  const goesOn = failed.some(
    ({ EndTime }) => (EndTime?.getTime() ?? 0) >= engine.deps.now() - GOES_ON,
  );
  return stopIfLooping(engine, groupName, goesOn ? failed.length : 0);
}

/** Returns the latest scaling activities of a group. */
export async function activitiesOf(
  { client, deps }: LoopEngine,
  AutoScalingGroupName: string,
): Promise<readonly Activity[]> {
  const { Activities = [] } = await retrying(retryIn(deps), () =>
    client.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName, MaxRecords: 100 })),
  );
  return Activities;
}

async function stopIfLooping(
  { client, deps, settings: { loop: of } }: LoopEngine,
  groupName: string,
  failed: number,
): Promise<string | false> {
  if (failed < of.failures) return false;
  const loop = `launch ${failed} of ${groupName} failed within ${of.minutes} minutes`;
  if (of.onLoop === "alarm") return loop;
  const request = { AutoScalingGroupName: groupName, ScalingProcesses: ["Launch"] };
  await retrying(retryIn(deps), () => client.send(new SuspendProcessesCommand(request)));
  return `${loop}, so that Launch is suspended: fix the cause, then aws autoscaling resume-processes --auto-scaling-group-name ${groupName} --scaling-processes Launch`;
}

function sinceOf({ deps, settings }: LoopEngine): number {
  return deps.now() - settings.loop.minutes * 60_000;
}

function retryIn(deps: HookDeps) {
  return { deps, until: deps.now() + 5_000 };
}
