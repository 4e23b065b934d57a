import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { ScalerConfig } from "./configuration";
import { decideTasks } from "./decide";
import { changeUnderWay, lookOf, rememberedOf, seenOf } from "./lookOf";
import { type Memory, type Noted, recall, remember, type Remembered } from "./memory";
import type { Decision, Look } from "./model";
import { paceOf, idleSinceAt, tickingAt } from "./pace";
import { metricLine } from "./publish";
import { readSeries } from "./readSeries";
import { type Counts, REFUSED, type Scaled, type Maintained } from "./scaled";
import { followedAt, startTicking, stopTicking } from "./tick";
import { tickOf, wakeOf, type WakeEvent } from "./wake";

export const deploymentOnlyModule = true;

/** Result of an evaluation. */
export interface Looked {
  readonly outcome: Noted["outcome"] | "overtaken" | "ignored";
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

export type ScalerHandler = (event: WakeEvent) => Promise<Looked>;

/** What the handler needs from outside, so that tests control time. */
export interface ScalerDeps {
  now(): number;
  print(line: string): void;
  /** Settings of every AWS client. Lambda needs none: its environment has them. */
  readonly aws: { readonly endpoint?: string; readonly region?: string };
}

interface Clients {
  readonly cloudwatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;
}

/**
 * Creates the handler. Every event leads to the same evaluation of the present state. So an event that arrives twice,
 * late or with another one does no harm, and the next event makes up for a lost one.
 */
export function scalerHandler<Now extends Counts>(
  config: ScalerConfig,
  scaled: Scaled<Now>,
  deps: ScalerDeps,
): ScalerHandler {
  const clients: Clients = {
    cloudwatch: new CloudWatchClient(deps.aws),
    dynamodb: new DynamoDBClient(deps.aws),
    events: new EventBridgeClient(deps.aws),
    sqs: new SQSClient(deps.aws),
  };
  const store = { dynamodb: clients.dynamodb, tableName: config.tableName };

  const look: ScalerHandler = async (event) => {
    const now = deps.now();
    const recalling = recall(store);
    const [memory, counts, series] = await Promise.all([
      recalling,
      scaled.read(recalling),
      readSeries(clients, config, now),
    ]);
    const look = lookOf({ now, counts, series, memory });
    const underWay = changeUnderWay(memory, counts, now);
    if (underWay) return { ...underWay, outcome: "overtaken", why: "another look makes a change" };
    const decision = decideTasks(look, config.settings, config.decide);
    const at = { clients, config, scaled, counts, memory, decision, look, event };
    const noted = { ...decision, at: now, woken: wakeOf(event) };
    const written = await act(at, noted, (record, remembered) =>
      remember(store, record, { version: memory.version, ...remembered }),
    );
    if (written === undefined) return lookedOf("overtaken", decision);
    deps.print(metricLine(config.name, scaled, written, counts.running));
    // Fails the run: the alarm on errors notifies the user.
    if (decision.failed !== undefined) throw failure(decision.failed);
    return lookedOf(written.outcome, written);
  };

  return async (event) => {
    try {
      if (scaled.recordNotice && !(await scaled.recordNotice(event, store))) return notOurs();
      return await look(event);
    } catch (error) {
      const { name, message } = error as Error;
      // An alarm sends one event, perhaps the one that led to this failure: the ticks ensure another evaluation.
      if (![REFUSED, DECIDE_FAILED].includes(name))
        await startTicking(clients, config, "minute").catch(() => undefined);
      // An update of the program must not fail because of the present state of its service.
      if (wakeOf(event) !== "update") throw error;
      console.error("failed", { reason: `${name}: ${message}` });
      return { outcome: "refused", from: NaN, to: NaN, why: message };
    }
  };
}

interface Acting<Now extends Counts> {
  readonly clients: Clients;
  readonly config: ScalerConfig;
  readonly scaled: Scaled<Now>;
  readonly counts: Now;
  readonly memory: Memory;
  readonly decision: Decision;
  readonly look: Look;
  readonly event: WakeEvent;
}

type Write = (
  noted: Noted,
  written: { readonly remembered: Remembered | undefined; readonly handled: boolean },
) => Promise<boolean>;

/** Carries out the decision; returns undefined when another evaluation was first. */
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
 * Changes the count. First the next evaluation is ensured, then the change is claimed, then made: an evaluation that
 * claims second has read an older state, and does nothing.
 */
async function change<Now extends Counts>(
  { clients, config, scaled, counts, memory, decision, look }: Acting<Now>,
  noted: Omit<Noted, "outcome">,
  write: Write,
): Promise<Noted | undefined> {
  await scaled.refuseOthers?.(counts);
  if (!memory.ticking.minute) await startTicking(clients, config, "minute");
  const { from, to, basis } = decision;
  const changed: Noted = { ...noted, outcome: "changed" };
  const changes = [...look.changes, { at: look.now, from, to, basis }];
  const { kept } = memory;
  const next = {
    kept: scaled.claim ? scaled.claim(to, { now: look.now, counts, kept }) : kept,
    ticking: { ...memory.ticking, minute: true },
  };
  const remembered = { ...rememberedOf(look, decision, next), changes };
  const claimed = await write(changed, { remembered, handled: memory.notices.length > 0 });
  if (!claimed) return undefined;
  // The pin first: if setting the count then fails, the next evaluation finds the difference and corrects it. In the
  // opposite order nothing would show that the pin is outdated.
  await scaled.pin?.(to);
  await scaled.change(to, counts);
  return changed;
}

async function keep<Now extends Counts>(
  { clients, config, scaled, counts, memory, decision, look, event }: Acting<Now>,
  noted: Noted,
  write: Write,
): Promise<Noted | undefined> {
  const isActing = config.settings.mode === "scale";
  const { kept } = memory;
  const isMaintaining = isActing && !look.suspended;
  const { now } = look;
  const tick = tickOf(event);
  const isTick = tick !== undefined;
  const at = { now, counts, kept, isTick };
  const maintained: Maintained = (isMaintaining && (await scaled.maintain?.(at))) || { kept };
  const reached = {
    ...decision,
    to: decision.from,
    // At a bound there is nothing to follow.
    ...(maintained.wakesItself ? { min: decision.from } : {}),
    again: decision.again || maintained.again === true,
  };
  const followed = await followedAt(clients, config, reached);
  const { restingSince: before } = memory;
  const restingSince = idleSinceAt(followed, { now, isTick, restingSince: before });
  const pace = paceOf(followed, now, restingSince);
  if (pace && !memory.ticking[pace]) await startTicking(clients, config, pace);
  const next = { kept: maintained.kept, ticking: tickingAt(pace), restingSince };
  const remembered = rememberedOf(look, decision, next);
  // The last change was never made, or was undone: set the pin to the present count.
  const last = memory.changes.at(-1);
  if (isActing && last && last.to !== look.desired) await scaled.pin?.(look.desired);
  const handled = isMaintaining && memory.notices.length > 0;
  const isNew =
    handled ||
    maintained.act !== undefined ||
    JSON.stringify(remembered) !== JSON.stringify(seenOf(memory));
  const why = [noted.why, ...(maintained.done ?? [])].join("; ");
  const told = { ...noted, why };
  if (!(await write(told, { remembered: isNew ? remembered : undefined, handled })))
    return undefined;
  await maintained.act?.();
  // A tick proves that its rule was enabled, whatever the remembered state says; it may be late, so it proves no more.
  const ticking = { ...memory.ticking, ...(tick && { [tick]: true }) };
  await stopTicking(clients, config, { ticking, pace, reached: { ...reached, again: false } });
  return told;
}

function lookedOf(
  outcome: Looked["outcome"],
  { from, to, why }: Pick<Decision, "from" | "to" | "why">,
): Looked {
  return { outcome, from, to, why };
}

function notOurs(): Looked {
  return { outcome: "ignored", from: NaN, to: NaN, why: "it is no instance of the fleet" };
}

const DECIDE_FAILED = "DecideFailed";

/** Without a stack, which would only show places in the bundled file. */
function failure(message: string): Error {
  return Object.assign(new Error(message), { name: DECIDE_FAILED, stack: "" });
}
