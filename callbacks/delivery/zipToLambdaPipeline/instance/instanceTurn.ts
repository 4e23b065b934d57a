import type { Deps } from "../../../deps";
import { nameOf, reasonOf } from "../../../retry";
import type { Worker } from "../worker";
import type { InstanceConfig } from "./instanceConfig";
import type { Messages, Taken } from "./messages";
import type { Protection } from "./protection";

export const deploymentOnlyModule = true;

/** What a worker on an instance stands on. */
export interface Instance {
  readonly config: Pick<InstanceConfig, "buildTimeout" | "idleTime" | "logGroupName" | "workTime">;
  readonly deps: Pick<Deps, "now" | "random" | "sleep">;
  readonly handler: Worker;
  readonly messages: Messages;
  readonly protection: Protection;
  readonly logStreamName: string;
  /** Seconds that a look into an empty queue takes. */
  readonly wait: number;
}

/** What came of one look into the queue. */
export type Turned =
  | "worked"
  /** The zip stays in the queue and comes again. */
  | "failed"
  | "idle"
  /** The group has not taken the instance into service, or is ending it: others work. */
  | "outOfService";

/** Name of the error of a zip that held the worker up for longer than it may: only a new process gets rid of it. */
const OVER = "WorkTimeOver";

/** Milliseconds until an instance that is out of service looks again. */
const OUT_OF_SERVICE_MS = 5_000;
/** Milliseconds beside the work's own limit, within which the worker itself gives up and sends the zip on. */
const GRACE_MS = 5_000;

/**
 * One look into the queue after the other, for as long as the instance lives.
 *
 * The group may end an instance that has been idle for a while. It goes on looking until that happens, and asks to be
 * kept before it works again: a zip that comes while it is being ended goes back to the queue at once.
 */
export function turnsOf(instance: Instance): () => Promise<Turned> {
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

async function work(instance: Instance, message: Taken): Promise<Turned> {
  const { messages } = instance;
  const answer = await messages.during(message, handle(instance, message));
  if ("batchItemFailures" in answer && answer.batchItemFailures.length === 0) {
    await messages.delete(message);
    return "worked";
  }
  await messages.postpone(message);
  return "failed";
}

/** As Lambda calls the same code: with a time limit and an id of its own. */
async function handle(
  { config, deps, handler, logStreamName }: Instance,
  { messageId, body, receives }: Taken,
): ReturnType<Worker> {
  const end = deps.now() + config.workTime * 1000;
  const context = {
    // Of one try at one message: it is who works on an app.
    awsRequestId: `${messageId}-${receives}-${Math.floor(deps.random() * 1e9)}`,
    logGroupName: config.logGroupName,
    logStreamName,
    getRemainingTimeInMillis: () => end - deps.now(),
  };
  const attributes = { ApproximateReceiveCount: receives };
  // The context leaves out the build: its time is known only when there is one.
  const most = config.workTime + config.buildTimeout;
  const limit = deps.sleep(most * 1000 + GRACE_MS).then(() => {
    const over = new Error(`A zip took longer than ${most} s.`);
    throw Object.assign(over, { name: OVER });
  });
  limit.catch(() => undefined);
  return Promise.race([handler({ Records: [{ messageId, body, attributes }] }, context), limit]);
}

/** Turns until too many in a row cannot be made, or the work's time is over: then a new process has better chances. */
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
