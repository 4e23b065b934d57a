import type { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { nameOf, reasonOf } from "../../retry";
import { completeAction, recordHeartbeat } from "./completeAction";
import { type HookMessage, readEvent } from "./hookMessage";
import { type HookDeps, type HookWork, namedError, NOT_YET, OVER, type Verdict } from "./hookWork";
import { type LoopBrake, stopLoop } from "./loopBrake";
import { metricLine } from "./metrics";

export const deploymentOnlyModule = true;

/** What the program decides of a hook. */
export interface HookSettings {
  /** Name of the component, in logs. */
  readonly name: string;
  /** Its name in metrics: with its project and stack. */
  readonly metricsName: string;
  /** Names of the hooks that are served; another one's messages are ignored. */
  readonly hooks: Readonly<Partial<Record<HookMessage["transition"], string>>>;
  /** Seconds that one call of the function has. */
  readonly timeout: number;
  /** Seconds that Auto Scaling waits for a sign of life. */
  readonly heartbeatTimeout: number;
  readonly brake: LoopBrake;
}

/** What is done with instances that wait. An error abandons a launch, after `undo`. */
export interface HookActions {
  readonly launching?: (work: HookWork) => Promise<Verdict>;
  readonly terminating?: (work: HookWork) => Promise<Verdict>;
  /** Takes back what a launch has made, as far as it goes. */
  readonly undo?: (message: HookMessage, until: number) => Promise<void>;
}

/** What became of one message. */
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
  /** False for an instance whose time is to run out: the hook's own result then ends its wait. Default true. */
  readonly beats?: boolean;
}

/** Milliseconds of a call that are kept for taking back and for telling the group. */
const RESERVE = 20_000;
/** Lambda waits a minute before it calls again after a failure: the hook must not have given up by then. */
const RETRY_DELAY = 60_000;
const SHORTEST_BEAT = 10_000;

/** Handles every message of an event; one that fails for a passing reason fails the call, so that Lambda calls again. */
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

/** One instance that waits, to the end of its wait. */
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
  const verdict = await decide(engine, message, action, until);
  if (verdict === "over") {
    if (transition === "launching") await undo(engine, message);
    return tell(engine, message, { outcome: "over", why: "Auto Scaling no longer waits" });
  }
  if (verdict.result === "ABANDON" && transition === "launching") await undo(engine, message);
  const state = await completeAction(engine.client, message, verdict.result, retryIn(engine));
  if (state === "over") return tell(engine, message, { outcome: "over", why: "it was late" });
  if (verdict.result === "CONTINUE") return tell(engine, message, { outcome: "continued" });
  const looping = transition === "launching" && (await stopLoop(engine, message));
  const why = verdict.reason + (looping ? `; ${looping}` : "");
  return tell(engine, message, { outcome: "abandoned", why }, looping !== false);
}

/** The verdict of the action. An error is one too, but for a call whose time alone is up. */
async function decide(
  engine: HookEngine,
  message: HookMessage,
  action: (work: HookWork) => Promise<Verdict>,
  until: number,
): Promise<Verdict | "over"> {
  try {
    return await whileBeating(engine, message, until, action);
  } catch (error) {
    if (nameOf(error) === OVER) return "over";
    if (nameOf(error) === NOT_YET) throw error;
    return { result: "ABANDON", reason: reasonOf(error) };
  }
}

/** Runs an action, with a heartbeat at its start and then often enough that a later call of Lambda still finds it waiting. */
async function whileBeating(
  engine: HookEngine,
  message: HookMessage,
  until: number,
  action: (work: HookWork) => Promise<Verdict>,
): Promise<Verdict> {
  const { deps, settings } = engine;
  const interval = Math.max(SHORTEST_BEAT, (settings.heartbeatTimeout * 1000 - RETRY_DELAY) / 2);
  let isOver = await beat(engine, message, until);
  if (isOver) throw over();
  const pause = async (ms: number): Promise<void> => {
    if (deps.now() + ms > until)
      throw namedError(NOT_YET, `${message.instanceId} is not ready after ${settings.timeout} s`);
    await deps.sleep(ms);
    if (isOver) throw over();
  };
  const acting = action({ message, until, pause });
  // It is awaited below, unless the wait is over first.
  const ended = acting.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([ended, deps.sleep(interval).then(() => false)]))) {
    isOver = await beat(engine, message, until);
    if (!isOver) continue;
    await Promise.race([ended, deps.sleep(SHORTEST_BEAT)]);
    throw over();
  }
  return acting;
}

/** @returns whether Auto Scaling waits no longer; a heartbeat that fails otherwise ends nothing. */
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

function over(): Error {
  return namedError(OVER, "Auto Scaling no longer waits for it");
}

/** What cannot be taken back now the sweep takes back: the wait of the instance ends all the same. */
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

function tell(
  { deps, settings }: HookEngine,
  { instanceId, groupName, transition }: HookMessage,
  handled: Omit<Handled, "instanceId">,
  isLooping = false,
): Handled {
  const told = { instanceId, groupName, transition, ...handled };
  if (handled.outcome === "abandoned") console.error("abandoned", told);
  else console.info(handled.outcome, told);
  deps.print(
    metricLine(settings.metricsName, deps.now(), {
      Continued: handled.outcome === "continued" ? 1 : 0,
      Abandoned: handled.outcome === "abandoned" ? 1 : 0,
      LaunchLoop: isLooping ? 1 : 0,
    }),
  );
  return { instanceId, ...handled };
}
