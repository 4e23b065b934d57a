import type { ScalerConfig } from "./configuration";
import { LONGEST_EVALUATION } from "./evaluationInput";
import type { Memory } from "./memory";
import type { Decision } from "./model";
import type { PollReason, Pace, Ticking } from "./pace";
import type { ScalerPorts } from "./ports";

export const deploymentOnlyModule = true;

type Alarms = Pick<ScalerConfig, "highAlarms" | "lowAlarms">;
type Reached = Pick<Decision, "to" | "min" | "max" | "again">;

/**
 * Returns the reason to evaluate again. An alarm only sends changes of its state: while one stays in ALARM and the count
 * can still change, only a tick can call. At a bound the count cannot change, however long the alarm stays.
 */
export async function pollReasonAt(
  ports: Pick<ScalerPorts, "alarmsOn">,
  { highAlarms, lowAlarms }: Alarms,
  { to, min, max, again }: Reached,
): Promise<PollReason | undefined> {
  if (again) return "again";
  const names = [...(to < max ? highAlarms : []), ...(to > min ? lowAlarms : [])];
  if (names.length === 0) return undefined;
  const on = await ports.alarmsOn(names);
  const isOn = (name: string): boolean => on.includes(name);
  if (to < max && highAlarms.some(isOn)) return "out";
  // Scale in only while all low alarms are in ALARM; when the last of them changes to ALARM, its event calls.
  return to > min && lowAlarms.length > 0 && lowAlarms.every(isOn) ? "in" : undefined;
}

/**
 * Adds the rule of a tick to the enabled ones: the tick proves that the rule was enabled, even if the remembered state
 * says otherwise. The tick may be late, so it proves nothing about other rules or about now.
 */
export function provenTicking(ticking: Ticking, tick: Pace | undefined): Ticking {
  return { ...ticking, ...(tick && { [tick]: true }) };
}

/** Returns the enabled rules to disable when the scaler continues at this pace. */
export function endedPaces(ticking: Ticking, pace: Pace | undefined): Pace[] {
  return (["minute", "slow"] as const).filter((one) => ticking[one] && one !== pace);
}

/**
 * Disables rules, after the state that says so was written. Another evaluation may have enabled one again before this
 * call: the state that it has written wins.
 */
export async function endTicks(
  ports: Pick<ScalerPorts, "disable" | "enable" | "recall">,
  ended: readonly Pace[],
): Promise<void> {
  if (ended.length === 0) return;
  for (const pace of ended) await ports.disable(pace);
  const { ticking } = await ports.recall();
  for (const pace of ended) if (ticking[pace]) await ports.enable(pace);
}

/**
 * Enables a rule a second time, after the state that says so was written: an evaluation that has just stopped the ticks
 * may have disabled the rule, and read the state, in between.
 */
export async function confirmTicking(
  ports: Pick<ScalerPorts, "enable">,
  { ticking, stoppedAt = -Infinity }: Pick<Memory, "ticking" | "stoppedAt">,
  pace: Pace,
  now: number,
): Promise<void> {
  if (!ticking[pace] && now < stoppedAt + LONGEST_EVALUATION) await ports.enable(pace);
}
