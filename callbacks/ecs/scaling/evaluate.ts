import type { ScalerConfig } from "./configuration";
import { decideTasks } from "./decide";
import {
  changeUnderWay,
  evaluationInputOf,
  rememberedOf,
  rememberedState,
} from "./evaluationInput";
import type { Memory, AuditRecord, Remembered } from "./memory";
import type { Decision, EvaluationInput } from "./model";
import { paceOf, restingSinceAt, tickingAt } from "./pace";
import type { ScalerPorts } from "./ports";
import type { Counts, Scaled, Maintained } from "./scaled";
import { confirmTicking, endedPaces, endTicks, pollReasonAt, provenTicking } from "./tick";
import { tickOf, wakeOf, type WakeEvent } from "./wake";

export const deploymentOnlyModule = true;

export interface EvaluationContext<Now extends Counts> {
  readonly ports: ScalerPorts;
  readonly config: Pick<ScalerConfig, "settings" | "decide" | "highAlarms" | "lowAlarms">;
  readonly scaled: Scaled<Now>;
}

/** Result of one evaluation. */
export type EvaluationResult =
  | { readonly outcome: "noted"; readonly noted: AuditRecord; readonly running: number }
  /** Another evaluation has written the state since this one read it, and may not have seen what this one has. */
  | { readonly outcome: "overtaken"; readonly decision: Decision }
  /** Another evaluation makes a change, and has ensured a next evaluation. */
  | { readonly outcome: "underWay"; readonly from: number; readonly to: number };

/** Evaluates the present state, whichever event has woken the scaler, and carries out the decision. */
export async function evaluate<Now extends Counts>(
  context: EvaluationContext<Now>,
  event: WakeEvent,
  now: number,
): Promise<EvaluationResult> {
  const { ports, config, scaled } = context;
  const recalling = ports.recall();
  const [memory, counts, series] = await Promise.all([
    recalling,
    scaled.read(recalling),
    ports.readSeries(now),
  ]);
  const input = evaluationInputOf({ now, counts, series, memory });
  const underWay = changeUnderWay(memory, counts, now);
  if (underWay) return { outcome: "underWay", ...underWay };
  const decision = decideTasks(input, config.settings, config.decide);
  const at = { ...context, counts, memory, decision, input, event };
  const noted = { ...decision, at: now, woken: wakeOf(event) };
  const written = await act(at, noted, (record, remembered) =>
    ports.remember(record, { version: memory.version, ...remembered }),
  );
  if (written === undefined) return { outcome: "overtaken", decision };
  return { outcome: "noted", noted: written, running: counts.running };
}

interface Acting<Now extends Counts> extends EvaluationContext<Now> {
  readonly counts: Now;
  readonly memory: Memory;
  readonly decision: Decision;
  readonly input: EvaluationInput;
  readonly event: WakeEvent;
}

type Write = (
  noted: AuditRecord,
  written: { readonly remembered: Remembered | undefined; readonly handled: boolean },
) => Promise<boolean>;

/** Carries out the decision; returns undefined when another evaluation was first. */
async function act<Now extends Counts>(
  acting: Acting<Now>,
  noted: Omit<AuditRecord, "outcome">,
  write: Write,
): Promise<AuditRecord | undefined> {
  const { config, decision } = acting;
  const isChange = decision.to !== decision.from;
  if (isChange && config.settings.mode === "scale") return change(acting, noted, write);
  return keep(acting, { ...noted, outcome: isChange ? "observed" : "kept" }, write);
}

/**
 * Changes the count. First the next evaluation is ensured, then the change is claimed, then made: an evaluation that
 * claims second has read an older state, and does nothing.
 */
async function change<Now extends Counts>(
  { ports, scaled, counts, memory, decision, input }: Acting<Now>,
  noted: Omit<AuditRecord, "outcome">,
  write: Write,
): Promise<AuditRecord | undefined> {
  await scaled.refuseOthers?.(counts);
  if (!memory.ticking.minute) await ports.enable("minute");
  const { from, to, basis } = decision;
  const changed: AuditRecord = { ...noted, outcome: "changed" };
  const changes = [...input.changes, { at: input.now, from, to, basis }];
  const { kept, stoppedAt } = memory;
  const next = {
    stoppedAt,
    kept: scaled.claim ? scaled.claim(to, { now: input.now, counts, kept }) : kept,
    ticking: { ...memory.ticking, minute: true },
  };
  const remembered = { ...rememberedOf(input, decision, next), changes };
  const claimed = await write(changed, { remembered, handled: memory.notices.length > 0 });
  if (!claimed) return undefined;
  await confirmTicking(ports, memory, "minute", input.now);
  // The pin first: if setting the count then fails, the next evaluation finds the difference and corrects it. In the
  // opposite order nothing would show that the pin is outdated.
  await scaled.pin?.(to);
  await scaled.change(to, counts);
  return changed;
}

async function keep<Now extends Counts>(
  { ports, config, scaled, counts, memory, decision, input, event }: Acting<Now>,
  noted: AuditRecord,
  write: Write,
): Promise<AuditRecord | undefined> {
  const isActing = config.settings.mode === "scale";
  const { kept } = memory;
  const isMaintaining = isActing && !input.suspended;
  const { now } = input;
  const tick = tickOf(event);
  const isTick = tick !== undefined;
  const at = { now, counts, kept, isTick };
  const maintained: Maintained = (isMaintaining && (await scaled.maintain?.(at))) || { kept };
  const reached = {
    ...decision,
    to: decision.from,
    // No need to poll low alarms: the count cannot go lower now, and an event reports when it can.
    ...(maintained.wakesItself ? { min: decision.from } : {}),
    again: decision.again || maintained.again === true,
  };
  const reason = await pollReasonAt(ports, config, reached);
  const { restingSince: before } = memory;
  const restingSince = restingSinceAt(reason, { now, isTick, restingSince: before });
  const pace = paceOf(reason, now, restingSince);
  if (pace && !memory.ticking[pace]) await ports.enable(pace);
  const ended = endedPaces(provenTicking(memory.ticking, tick), pace);
  const stoppedAt = ended.length > 0 ? now : memory.stoppedAt;
  const next = { kept: maintained.kept, ticking: tickingAt(pace), restingSince, stoppedAt };
  const remembered = rememberedOf(input, decision, next);
  // The last change was never made, or was undone: set the pin to the present count.
  const last = memory.changes.at(-1);
  if (isActing && last && last.to !== input.desired) await scaled.pin?.(input.desired);
  const handled = isMaintaining && memory.notices.length > 0;
  // An evaluation that relies on ticks, and one that stops them (`stoppedAt`), must conflict on the version.
  const isNew =
    handled ||
    pace !== undefined ||
    maintained.act !== undefined ||
    JSON.stringify(remembered) !== JSON.stringify(rememberedState(memory));
  const why = [noted.why, ...(maintained.done ?? [])].join("; ");
  const result = { ...noted, why };
  if (!(await write(result, { remembered: isNew ? remembered : undefined, handled })))
    return undefined;
  if (pace) await confirmTicking(ports, memory, pace, now);
  await maintained.act?.();
  await endTicks(ports, ended);
  return result;
}
