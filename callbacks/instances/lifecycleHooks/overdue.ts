import type { Activity, AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { reasonOf } from "../../retry";
import { type Handled, handleMessage, type HookEngine } from "./hookHandler";
import type { HookMessage } from "./hookMessage";
import { activitiesOf, startOf, stopUnanswered } from "./loopBrake";
import { metricLine } from "./metrics";

export const deploymentOnlyModule = true;

/**
 * Instances that nobody was told of, or whoever was told has failed. Every further try keeps an instance waiting: one
 * that has had all of them gets no more time, so that the hook's own result ends its wait where no answer does. A loop
 * of launches whose time is up is stopped here, since no answer can.
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
  const isHopeless = (message: HookMessage): boolean =>
    waitsTooLong(engine, message, activities.get(message.groupName));
  // First: the others may take all of the time.
  const given = await Promise.allSettled(
    overdue
      .filter(isHopeless)
      .map((message) => handleMessage({ ...givingUp(engine), beats: false }, message)),
  );
  const tried = await Promise.allSettled(
    overdue
      .filter((message) => !isHopeless(message))
      .map((message) => handleMessage(engine, message)),
  );
  return [...given, ...tried].map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

/** The group's activities, after its launches were stopped if they are a loop. */
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
    // Its instances are tried all the same; the next sweep looks again.
    console.error("launches were not counted", { groupName: name, reason: reasonOf(error) });
    return [];
  }
}

/** Lambda's retries of a call that dies come one and two minutes later. */
const RETRIES_MS = 180_000;

/** How Auto Scaling describes what an instance waits in. */
const ACTIVITY = { launching: "Launching ", terminating: "Terminating " } as const;

/** Whether every call of Lambda for its notification, and one more, has had its time. */
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

/** A launch is abandoned; what an instance does before it ends is tried once more. */
function givingUp(engine: HookEngine): HookEngine {
  const reason = "no call of the function has come to an end for it";
  const launching = () => Promise.resolve({ result: "ABANDON", reason } as const);
  return { ...engine, actions: { ...engine.actions, launching } };
}
