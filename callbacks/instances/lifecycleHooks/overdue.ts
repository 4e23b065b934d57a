import type { Activity, AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { reasonOf } from "../../retry";
import { type Handled, handleMessage, type HookEngine } from "./hookHandler";
import type { HookMessage } from "./hookMessage";
import { activitiesOf, startOf, stopUnanswered } from "./loopBrake";
import { metricLine } from "./metrics";

export const deploymentOnlyModule = true;

/**
 * Instances that nobody was told of, or whoever was told has failed. What never answers is kept waiting by every further
 * try, so that it is given up in the end; and a loop of launches whose time is up is stopped here, since no answer can.
 *
 * @throws the first error, after every instance was tried.
 */
export async function handleOverdue(
  engine: HookEngine,
  groups: readonly AutoScalingGroup[],
  overdue: readonly HookMessage[],
): Promise<Handled[]> {
  const launching = overdue.filter(({ transition }) => transition === "launching");
  const names = [...new Set(launching.map(({ groupName }) => groupName))];
  const activities = new Map(
    await Promise.all(
      names.map(async (name) => [name, await lookAt(engine, groups, name)] as const),
    ),
  );
  const isHopeless = (message: HookMessage): boolean =>
    launching.includes(message) && waitsTooLong(engine, message, activities.get(message.groupName));
  // First: the others may take all of the time.
  const given = await Promise.allSettled(
    overdue.filter(isHopeless).map((message) => handleMessage(givingUp(engine), message)),
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

/** Whether every call of Lambda for its notification, and one more, has had its time. */
function waitsTooLong(
  { deps, settings }: HookEngine,
  { instanceId }: HookMessage,
  activities: readonly Activity[] = [],
): boolean {
  const launch = activities.find(
    ({ Description = "", EndTime }) =>
      !EndTime && Description.startsWith("Launching ") && Description.includes(instanceId),
  );
  return (
    launch !== undefined && deps.now() - startOf(launch) > 4 * settings.timeout * 1000 + RETRIES_MS
  );
}

function givingUp(engine: HookEngine): HookEngine {
  const reason = "no call of the function has come to an end for it";
  const launching = () => Promise.resolve({ result: "ABANDON", reason } as const);
  return { ...engine, actions: { ...engine.actions, launching } };
}
