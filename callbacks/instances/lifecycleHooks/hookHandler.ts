import type { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { nameOf, reasonOf } from "../../retry";
import { completeAction, recordHeartbeat } from "./completeAction";
import { type HookMessage, readEvent } from "./hookMessage";
import {
  type HookDeps,
  type HookWork,
  namedError,
  NOT_YET,
  OVER,
  type HookDecision,
} from "./hookWork";
import { type LoopProtection, stopLoop } from "./launchLoop";
import { metricLine } from "./metrics";

export const deploymentOnlyModule = true;

/** Settings of a hook that the program decides. */
export interface HookSettings {
  /** Name of the component, in logs. */
  readonly name: string;
  /** Name of the component in metrics, including its project and stack. */
  readonly metricsName: string;
  /** Names of the hooks that are handled; messages of other hooks are ignored. */
  readonly hooks: Readonly<Partial<Record<HookMessage["transition"], string>>>;
  /** Timeout of the function, in seconds. */
  readonly timeout: number;
  /** Heartbeat timeout of the hook, in seconds. */
  readonly heartbeatTimeout: number;
  readonly loop: LoopProtection;
}

/** Actions on waiting instances. An error abandons a launch, after `undo`. */
export interface HookActions {
  readonly launching?: (work: HookWork) => Promise<HookDecision>;
  readonly terminating?: (work: HookWork) => Promise<HookDecision>;
  /** Undoes what a launch has created, as far as possible. */
  readonly undo?: (message: HookMessage, until: number) => Promise<void>;
}

/** Result for one message. */
export interface Handled {
  readonly instanceId?: string;
  readonly outcome: "continued" | "abandoned" | "over" | "test" | "ignored";
  readonly why?: string;
}

export interface HookEngine {
  readonly settings: HookSettings;
  readonly actions: HookActions;
  readonly client: AutoScalingClient;
  readonly deps: HookDeps;
  /** False for an instance whose hook must time out: the hook's default result then ends its wait. Default true. */
  readonly beats?: boolean;
}

/** Milliseconds of a call that are reserved for undoing and for completing the action. */
const RESERVE = 20_000;
/** Lambda waits a minute before it retries after a failure: the hook must not time out before that. */
const RETRY_DELAY = 60_000;
const SHORTEST_BEAT = 10_000;

/** Handles every message of an event; when one fails for a temporary reason, the call fails, so that Lambda retries. */
export async function handleEvent(engine: HookEngine, event: unknown): Promise<Handled[]> {
  const read = readEvent(event);
  const settled = await Promise.allSettled(
    read.map(async (one): Promise<Handled> => {
      if (one.kind === "hook") return handleMessage(engine, one.message);
      const handled =
        one.kind === "test" ? { outcome: one.kind } : { outcome: one.kind, why: one.why };
      console.info("nothing to do", handled);
      return handled;
    }),
  );
  return settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

/** Handles one waiting instance until its wait ends. */
export async function handleMessage(engine: HookEngine, message: HookMessage): Promise<Handled> {
  const { settings, actions, deps } = engine;
  const { instanceId, transition, hookName, groupName } = message;
  const action = actions[transition];
  if (settings.hooks[transition] !== hookName || !action) {
    const why = `the hook ${hookName} of ${groupName} is none of ${settings.name}`;
    console.info("nothing to do", { instanceId, why });
    return { instanceId, outcome: "ignored", why };
  }
  const until = deps.now() + settings.timeout * 1000 - RESERVE;
  const decision = await decide(engine, message, action, until);
  if (decision === "over") {
    if (transition === "launching") await undo(engine, message);
    return reportOutcome(engine, message, { outcome: "over", why: "Auto Scaling no longer waits" });
  }
  if (decision.result === "ABANDON" && transition === "launching") await undo(engine, message);
  const state = await completeAction(engine.client, message, decision.result, retryIn(engine));
  if (state === "over")
    return reportOutcome(engine, message, { outcome: "over", why: "the action was already over" });
  if (decision.result === "CONTINUE")
    return reportOutcome(engine, message, { outcome: "continued" });
  const looping = transition === "launching" && (await stopLoop(engine, message));
  const why = decision.reason + (looping ? `; ${looping}` : "");
  return reportOutcome(engine, message, { outcome: "abandoned", why }, looping !== false);
}

/** Returns the decision of the action. An error is also a decision, except when only the time of this call is over. */
async function decide(
  engine: HookEngine,
  message: HookMessage,
  action: (work: HookWork) => Promise<HookDecision>,
  until: number,
): Promise<HookDecision | "over"> {
  try {
    return await whileBeating(engine, message, until, action);
  } catch (error) {
    if (nameOf(error) === OVER) return "over";
    if (nameOf(error) === NOT_YET) throw error;
    return { result: "ABANDON", reason: reasonOf(error) };
  }
}

/**
 * Runs an action. Sends a heartbeat at its start, and then often enough that a retry by Lambda finds the instance still
 * waiting.
 */
async function whileBeating(
  engine: HookEngine,
  message: HookMessage,
  until: number,
  action: (work: HookWork) => Promise<HookDecision>,
): Promise<HookDecision> {
  const { deps, settings } = engine;
  const interval = Math.max(SHORTEST_BEAT, (settings.heartbeatTimeout * 1000 - RETRY_DELAY) / 2);
  let isOver = await beat(engine, message, until);
  if (isOver) throw actionOver();
  const pause = async (ms: number): Promise<void> => {
    if (deps.now() + ms > until)
      throw namedError(NOT_YET, `${message.instanceId} is not ready after ${settings.timeout} s`);
    await deps.sleep(ms);
    if (isOver) throw actionOver();
  };
  const acting = action({ message, until, pause });
  // Awaited below, unless the wait ends first.
  const ended = acting.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([ended, deps.sleep(interval).then(() => false)]))) {
    isOver = await beat(engine, message, until);
    if (!isOver) continue;
    await Promise.race([ended, deps.sleep(SHORTEST_BEAT)]);
    throw actionOver();
  }
  return acting;
}

/** @returns whether Auto Scaling no longer waits; other errors of a heartbeat are ignored. */
async function beat(engine: HookEngine, message: HookMessage, until: number): Promise<boolean> {
  const { client, deps, beats = true } = engine;
  if (!beats) return false;
  try {
    return (await recordHeartbeat(client, message, { deps, until })) === "over";
  } catch (error) {
    console.warn("no heartbeat", { instanceId: message.instanceId, reason: reasonOf(error) });
    return false;
  }
}

function actionOver(): Error {
  return namedError(OVER, "Auto Scaling no longer waits for it");
}

/** Undoes a launch. A failure is left to the sweep: the wait of the instance ends anyway. */
async function undo(engine: HookEngine, message: HookMessage): Promise<void> {
  const { instanceId } = message;
  try {
    await engine.actions.undo?.(message, engine.deps.now() + RESERVE / 2);
  } catch (error) {
    console.error("left for the sweep", { instanceId, reason: reasonOf(error) });
  }
}

function retryIn({ deps }: HookEngine) {
  return { deps, until: deps.now() + RESERVE / 2 };
}

function reportOutcome(
  { deps, settings }: HookEngine,
  { instanceId, groupName, transition }: HookMessage,
  handled: Omit<Handled, "instanceId">,
  isLooping = false,
): Handled {
  const facts = { instanceId, groupName, transition, ...handled };
  if (handled.outcome === "abandoned") console.error("abandoned", facts);
  else console.info(handled.outcome, facts);
  deps.print(
    metricLine(settings.metricsName, deps.now(), {
      Continued: handled.outcome === "continued" ? 1 : 0,
      Abandoned: handled.outcome === "abandoned" ? 1 : 0,
      LaunchLoop: isLooping ? 1 : 0,
    }),
  );
  return { instanceId, ...handled };
}
