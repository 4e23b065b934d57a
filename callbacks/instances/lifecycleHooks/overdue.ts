import type { Activity, AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { reasonOf } from "../../retry";
import { type Handled, handleMessage, type HookEngine } from "./hookHandler";
import type { HookMessage } from "./hookMessage";
import { activitiesOf, startOf, stopUnanswered } from "./launchLoop";
import { metricLine } from "./metrics";

export const deploymentOnlyModule = true;

/**
 * Handles instances whose notification was lost, or whose calls failed. Each further try prolongs the wait of an
 * instance: after all its tries an instance gets no more heartbeats, so that the hook's default result ends its wait
 * when no answer arrives. This is also the place to stop a loop of launches that time out, since no call of theirs
 * answers.
 *
 * @throws the first error, after every instance was tried.
 */
export async function handleOverdue(
  engine: HookEngine,
  groups: readonly AutoScalingGroup[],
  overdue: readonly HookMessage[],
): Promise<Handled[]> {
  const names = [...new Set(overdue.map(({ groupName }) => groupName))];
  const activities = new Map(
    await Promise.all(
      names.map(async (name) => [name, await lookAt(engine, groups, name)] as const),
    ),
  );
  const isExhausted = (message: HookMessage): boolean =>
    waitsTooLong(engine, message, activities.get(message.groupName));
  // First, because the others may take all of the time.
  const given = await Promise.allSettled(
    overdue
      .filter(isExhausted)
      .map((message) => handleMessage({ ...abandoningLaunches(engine), beats: false }, message)),
  );
  const tried = await Promise.allSettled(
    overdue
      .filter((message) => !isExhausted(message))
      .map((message) => handleMessage(engine, message)),
  );
  return [...given, ...tried].map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

/** Returns the group's activities, after stopping its launches if they are a loop. */
async function lookAt(
  engine: HookEngine,
  groups: readonly AutoScalingGroup[],
  name: string,
): Promise<readonly Activity[]> {
  const { deps, settings } = engine;
  const group = groups.find(({ AutoScalingGroupName }) => AutoScalingGroupName === name);
  const isStopped = group?.SuspendedProcesses?.some(({ ProcessName }) => ProcessName === "Launch");
  try {
    const activities = await activitiesOf(engine, name);
    const loop = !isStopped && (await stopUnanswered(engine, name, activities));
    if (loop) {
      console.error("launches fail without an answer", { groupName: name, why: loop });
      deps.print(metricLine(settings.metricsName, deps.now(), { LaunchLoop: 1 }));
    }
    return activities;
  } catch (error) {
    // Its instances are still tried; the next sweep counts again.
    console.error("launches were not counted", { groupName: name, reason: reasonOf(error) });
    return [];
  }
}

/** Lambda retries a call that crashes after one and two minutes. */
const RETRIES_MS = 180_000;

/** Prefixes of Auto Scaling's descriptions of the activity in which an instance waits. */
const ACTIVITY = { launching: "Launching ", terminating: "Terminating " } as const;

/** Checks whether all calls of Lambda for the notification, and one more, have had their full time. */
function waitsTooLong(
  { deps, settings }: HookEngine,
  { instanceId, transition }: HookMessage,
  activities: readonly Activity[] = [],
): boolean {
  const activity = activities.find(
    ({ Description = "", EndTime }) =>
      !EndTime && Description.startsWith(ACTIVITY[transition]) && Description.includes(instanceId),
  );
  return (
    activity !== undefined &&
    deps.now() - startOf(activity) > 4 * settings.timeout * 1000 + RETRIES_MS
  );
}

/** Creates an engine that abandons launches, and tries the action of a termination once more. */
function abandoningLaunches(engine: HookEngine): HookEngine {
  const reason = "every call of the function for it failed or timed out";
  const launching = () => Promise.resolve({ result: "ABANDON", reason } as const);
  return { ...engine, actions: { ...engine.actions, launching } };
}
