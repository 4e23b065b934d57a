import { type CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import type { ScalerConfig } from "./configuration";
import type { Decision } from "./model";
import type { Followed, Pace, Ticking } from "./pace";

export const deploymentOnlyModule = true;

export interface TickClients {
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventBridgeClient;
}

type Ticked = Pick<ScalerConfig, "highAlarms" | "lowAlarms" | "ruleNames">;
type Reached = Pick<Decision, "to" | "min" | "max" | "again">;

/**
 * Returns the reason to evaluate again. An alarm only sends its changes: as long as one stays in ALARM and the count
 * can follow it, only a tick can call. At a bound there is nothing to follow, however long it stays.
 */
export async function followedAt(
  { cloudwatch }: Pick<TickClients, "cloudwatch">,
  { highAlarms, lowAlarms }: Pick<Ticked, "highAlarms" | "lowAlarms">,
  { to, min, max, again }: Reached,
): Promise<Followed | undefined> {
  if (again) return "again";
  const asked = [...(to < max ? highAlarms : []), ...(to > min ? lowAlarms : [])];
  if (asked.length === 0) return undefined;
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: asked }),
  );
  const isOn = (name: string): boolean =>
    MetricAlarms.some(({ AlarmName, StateValue }) => AlarmName === name && StateValue === "ALARM");
  if (to < max && highAlarms.some(isOn)) return "out";
  // Fewer only when all agree; when one of them changes to ALARM, its event calls.
  return to > min && lowAlarms.length > 0 && lowAlarms.every(isOn) ? "in" : undefined;
}

export async function startTicking(
  { events }: Pick<TickClients, "events">,
  { ruleNames }: Pick<Ticked, "ruleNames">,
  pace: Pace,
): Promise<void> {
  await events.send(new EnableRuleCommand({ Name: ruleNames[pace] }));
}

/**
 * Disables the rules that are not needed at this pace, unless an alarm has changed at this moment: its own call may
 * have come before the rules were disabled.
 */
export async function stopTicking(
  clients: TickClients,
  ticked: Ticked,
  { ticking, pace, reached }: { ticking: Ticking; pace: Pace | undefined; reached: Reached },
): Promise<void> {
  const stopped = (["minute", "slow"] as const).filter((one) => ticking[one] && one !== pace);
  for (const one of stopped)
    await clients.events.send(new DisableRuleCommand({ Name: ticked.ruleNames[one] }));
  // The ticks of each minute miss nothing.
  if (stopped.length === 0 || pace === "minute") return;
  const followed = await followedAt(clients, ticked, reached);
  if (followed === "out" || (followed === "in" && !pace))
    await startTicking(clients, ticked, "minute");
}
