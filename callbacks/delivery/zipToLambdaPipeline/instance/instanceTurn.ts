import type { Deps } from "../../../deps";
import { nameOf, reasonOf } from "../../../retry";
import type { Worker } from "../worker";
import type { InstanceConfig } from "./instanceConfig";
import type { Messages, ReceivedMessage } from "./messages";
import type { Protection } from "./protection";

export const deploymentOnlyModule = true;

/** What a worker on an instance needs. */
export interface Instance {
  readonly config: Pick<InstanceConfig, "buildTimeout" | "idleTime" | "logGroupName" | "workTime">;
  readonly deps: Pick<Deps, "now" | "random" | "sleep">;
  readonly handler: Worker;
  readonly messages: Messages;
  readonly protection: Protection;
  readonly logStreamName: string;
  /** Seconds that a receive from an empty queue waits. */
  readonly wait: number;
}

/** Result of one receive from the queue. */
export type TurnResult =
  | "worked"
  /** The zip stays in the queue and is delivered again. */
  | "failed"
  | "idle"
  /** The group has not taken the instance into service, or is terminating it: other instances work. */
  | "outOfService";

/** Name of the error of a zip that took longer than allowed: only a new process ends its work. */
const OVER = "WorkTimeOver";

/** Milliseconds until an instance that is out of service tries again. */
const OUT_OF_SERVICE_MS = 5_000;
/** Milliseconds after the work's own limit, within which the worker itself gives up and sends the zip on. */
const GRACE_MS = 5_000;

/**
 * Returns a function that receives from the queue and works once; it is called as long as the instance lives.
 *
 * The group may terminate an instance that has been idle for a while. The instance continues to receive until that
 * happens, and requests protection again before it works: a zip that arrives while it is being terminated goes back to
 * the queue at once.
 */
export function turnsOf(instance: Instance): () => Promise<TurnResult> {
  const { config, deps, messages, protection, wait } = instance;
  let emptyLooks = 0;
  return async () => {
    if (protection.isOn() === undefined && !(await protection.set(true))) {
      await deps.sleep(OUT_OF_SERVICE_MS);
      return "outOfService";
    }
    const message = await messages.take();
    if (!message) {
      emptyLooks += 1;
      const isLongIdle = emptyLooks * wait >= config.idleTime;
      if (isLongIdle && protection.isOn()) await protection.set(false);
      return "idle";
    }
    emptyLooks = 0;
    if (!(await isKept(protection, () => messages.giveBack(message)))) return "outOfService";
    return work(instance, message);
  };
}

async function isKept(protection: Protection, giveBack: () => Promise<void>): Promise<boolean> {
  if (protection.isOn()) return true;
  try {
    if (await protection.set(true)) return true;
  } catch (error) {
    await giveBack();
    throw error;
  }
  await giveBack();
  return false;
}

async function work(instance: Instance, message: ReceivedMessage): Promise<TurnResult> {
  const { messages } = instance;
  const answer = await messages.during(message, handle(instance, message));
  if ("batchItemFailures" in answer && answer.batchItemFailures.length === 0) {
    await messages.delete(message);
    return "worked";
  }
  await messages.postpone(message);
  return "failed";
}

/** Calls the handler as Lambda does: with a time limit and a unique id. */
async function handle(
  { config, deps, handler, logStreamName }: Instance,
  { messageId, body, receives }: ReceivedMessage,
): ReturnType<Worker> {
  const end = deps.now() + config.workTime * 1000;
  const context = {
    // Unique id of this try of this message: it identifies the owner of an app's lease.
    awsRequestId: `${messageId}-${receives}-${Math.floor(deps.random() * 1e9)}`,
    logGroupName: config.logGroupName,
    logStreamName,
    getRemainingTimeInMillis: () => end - deps.now(),
  };
  const attributes = { ApproximateReceiveCount: receives };
  // The context's time excludes the build, because only the handler knows whether there is one; this limit includes it.
  const most = config.workTime + config.buildTimeout;
  const limit = deps.sleep(most * 1000 + GRACE_MS).then(() => {
    const over = new Error(`A zip took longer than ${most} s.`);
    throw Object.assign(over, { name: OVER });
  });
  limit.catch(() => undefined);
  return Promise.race([handler({ Records: [{ messageId, body, attributes }] }, context), limit]);
}

/** Repeats turns until too many in a row fail, or the work's time is over: then a new process has better chances. */
export async function turnUntilLost(
  turn: () => Promise<unknown>,
  sleep: Deps["sleep"],
): Promise<never> {
  for (let lost = 0; ;) {
    try {
      await turn();
      lost = 0;
    } catch (error) {
      lost += 1;
      console.error("lost a turn", { reason: reasonOf(error) });
      if (nameOf(error) === OVER || lost >= MOST_LOST) throw error;
      await sleep(LOST_MS);
    }
  }
}

const MOST_LOST = 10;
const LOST_MS = 5_000;
