import { type CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import type { ScalerConfig } from "./configuration";
import type { Decision } from "./model";

export const deploymentOnlyModule = true;

export interface TickClients {
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventBridgeClient;
}

type Ticked = Pick<ScalerConfig, "highAlarms" | "lowAlarms" | "ruleName">;

/**
 * Whether to look again in a minute. An alarm tells only of a change: as long as one stays in ALARM and there is room to
 * follow it, nobody else would call. At a bound there is nothing to follow, however long it stays.
 */
export async function needsTick(
  { cloudwatch }: Pick<TickClients, "cloudwatch">,
  { highAlarms, lowAlarms }: Ticked,
  { to, min, max, again }: Pick<Decision, "to" | "min" | "max" | "again">,
): Promise<boolean> {
  if (again) return true;
  const asked = [...(to < max ? highAlarms : []), ...(to > min ? lowAlarms : [])];
  if (asked.length === 0) return false;
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: asked }),
  );
  const isOn = (name: string): boolean =>
    MetricAlarms.some(({ AlarmName, StateValue }) => AlarmName === name && StateValue === "ALARM");
  const wantsOut = to < max && highAlarms.some(isOn);
  // Fewer only when all agree; when one of them comes round, its alarm calls.
  const wantsIn = to > min && lowAlarms.length > 0 && lowAlarms.every(isOn);
  return wantsOut || wantsIn;
}

export async function startTicking({ events }: TickClients, { ruleName }: Ticked): Promise<void> {
  await events.send(new EnableRuleCommand({ Name: ruleName }));
}

/** Ends the calls, unless an alarm has gone off in this very moment: its own call may have been before the end. */
export async function stopTicking(
  clients: TickClients,
  ticked: Ticked,
  decision: Parameters<typeof needsTick>[2],
): Promise<void> {
  await clients.events.send(new DisableRuleCommand({ Name: ticked.ruleName }));
  if (await needsTick(clients, ticked, decision)) await startTicking(clients, ticked);
}
