import type { ScalerConfig } from "./configuration";
import { decideTasks } from "./decide";
import { changeUnderWay, lookOf, rememberedOf, seenOf } from "./lookOf";
import type { Memory, Noted, Remembered } from "./memory";
import type { Decision, Look } from "./model";
import { paceOf, restingSinceAt, tickingAt } from "./pace";
import type { ScalerPorts } from "./ports";
import type { Counts, Scaled, Tended } from "./scaled";
import { confirmTicking, endedPaces, endTicks, followedAt, provenTicking } from "./tick";
import { tickOf, wakeOf, type WakeEvent } from "./wake";

export const deploymentOnlyModule = true;

export interface Looking<Now extends Counts> {
  readonly ports: ScalerPorts;
  readonly config: Pick<ScalerConfig, "settings" | "decide" | "highAlarms" | "lowAlarms">;
  readonly scaled: Scaled<Now>;
}

/** What a look came to. */
export type Taken =
  | { readonly outcome: "noted"; readonly noted: Noted; readonly running: number }
  /** Another look has been remembered since this one began, which may not have seen what this one has. */
  | { readonly outcome: "overtaken"; readonly decision: Decision }
  /** Another look makes a change, and has seen to it that there is a next one. */
  | { readonly outcome: "underWay"; readonly from: number; readonly to: number };

/** Looks at what there is now, whatever has woken the scaler, and does what is decided. */
export async function takeLook<Now extends Counts>(
  looking: Looking<Now>,
  event: WakeEvent,
  now: number,
): Promise<Taken> {
  const { ports, config, scaled } = looking;
  const recalling = ports.recall();
  const [memory, counts, series] = await Promise.all([
    recalling,
    scaled.read(recalling),
    ports.readSeries(now),
  ]);
  const look = lookOf({ now, counts, series, memory });
  const underWay = changeUnderWay(memory, counts, now);
  if (underWay) return { outcome: "underWay", ...underWay };
  const decision = decideTasks(look, config.settings, config.decide);
  const at = { ...looking, counts, memory, decision, look, event };
  const noted = { ...decision, at: now, woken: wakeOf(event) };
  const written = await act(at, noted, (record, remembered) =>
    ports.remember(record, { version: memory.version, ...remembered }),
  );
  if (written === undefined) return { outcome: "overtaken", decision };
  return { outcome: "noted", noted: written, running: counts.running };
}

interface Acting<Now extends Counts> extends Looking<Now> {
  readonly counts: Now;
  readonly memory: Memory;
  readonly decision: Decision;
  readonly look: Look;
  readonly event: WakeEvent;
}

type Write = (
  noted: Noted,
  written: { readonly remembered: Remembered | undefined; readonly heeded: boolean },
) => Promise<boolean>;

/** Does what was decided; undefined when another look was first. */
async function act<Now extends Counts>(
  acting: Acting<Now>,
  noted: Omit<Noted, "outcome">,
  write: Write,
): Promise<Noted | undefined> {
  const { config, decision } = acting;
  const isChange = decision.to !== decision.from;
  if (isChange && config.settings.mode === "scale") return change(acting, noted, write);
  return keep(acting, { ...noted, outcome: isChange ? "observed" : "kept" }, write);
}

/**
 * There must be a next look before anything is changed, and the claim before the change: whoever claims second has
 * looked at an older state, and does nothing.
 */
async function change<Now extends Counts>(
  { ports, scaled, counts, memory, decision, look }: Acting<Now>,
  noted: Omit<Noted, "outcome">,
  write: Write,
): Promise<Noted | undefined> {
  await scaled.refuseOthers?.(counts);
  if (!memory.ticking.minute) await ports.enable("minute");
  const { from, to, basis } = decision;
  const changed: Noted = { ...noted, outcome: "changed" };
  const changes = [...look.changes, { at: look.now, from, to, basis }];
  const { kept, stoppedAt } = memory;
  const next = {
    stoppedAt,
    kept: scaled.claim ? scaled.claim(to, { now: look.now, counts, kept }) : kept,
    ticking: { ...memory.ticking, minute: true },
  };
  const remembered = { ...rememberedOf(look, decision, next), changes };
  const claimed = await write(changed, { remembered, heeded: memory.notices.length > 0 });
  if (!claimed) return undefined;
  await confirmTicking(ports, memory, "minute", look.now);
  // The pin first: when the count is not set after it, the next look finds that they differ, and mends it. The other way
  // round nobody would know that the pin is old.
  await scaled.pin?.(to);
  await scaled.change(to, counts);
  return changed;
}

async function keep<Now extends Counts>(
  { ports, config, scaled, counts, memory, decision, look, event }: Acting<Now>,
  noted: Noted,
  write: Write,
): Promise<Noted | undefined> {
  const isActing = config.settings.mode === "scale";
  const { kept } = memory;
  const tends = isActing && !look.suspended;
  const { now } = look;
  const tick = tickOf(event);
  const isTick = tick !== undefined;
  const at = { now, counts, kept, isTick };
  const tended: Tended = (tends && (await scaled.tend?.(at))) || { kept };
  const reached = {
    ...decision,
    to: decision.from,
    // At a bound there is nothing to follow.
    ...(tended.told ? { min: decision.from } : {}),
    again: decision.again || tended.again === true,
  };
  const followed = await followedAt(ports, config, reached);
  const { restingSince: before } = memory;
  const restingSince = restingSinceAt(followed, { now, isTick, restingSince: before });
  const pace = paceOf(followed, now, restingSince);
  if (pace && !memory.ticking[pace]) await ports.enable(pace);
  const ended = endedPaces(provenTicking(memory.ticking, tick), pace);
  const stoppedAt = ended.length > 0 ? now : memory.stoppedAt;
  const next = { kept: tended.kept, ticking: tickingAt(pace), restingSince, stoppedAt };
  const remembered = rememberedOf(look, decision, next);
  // A change that never came to be, or that somebody has undone: the pin says what there is.
  const last = memory.changes.at(-1);
  if (isActing && last && last.to !== look.desired) await scaled.pin?.(look.desired);
  const heeded = tends && memory.notices.length > 0;
  // Whoever relies on a tick, and whoever ends one (`stoppedAt`), must not pass each other by.
  const isNew =
    heeded ||
    pace !== undefined ||
    tended.act !== undefined ||
    JSON.stringify(remembered) !== JSON.stringify(seenOf(memory));
  const why = [noted.why, ...(tended.done ?? [])].join("; ");
  const told = { ...noted, why };
  if (!(await write(told, { remembered: isNew ? remembered : undefined, heeded })))
    return undefined;
  if (pace) await confirmTicking(ports, memory, pace, now);
  await tended.act?.();
  await endTicks(ports, ended);
  return told;
}
