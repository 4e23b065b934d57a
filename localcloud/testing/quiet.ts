import type { Cloud } from "../cloud/cloud";
import type { RecordedCall } from "../core/recorder";
import type { LambdaStore } from "../services/lambda/store";

export interface QuietOptions {
  /** Minutes of cloud time without a call, after which the cloud counts as quiet. Default 15. */
  readonly quietMinutes?: number;
  /** Minutes of cloud time after which it stops waiting and returns. Default 24 hours. */
  readonly limitMinutes?: number;
}

/**
 * Advances the clock until all retries and redeliveries are done: second by second, so that the timeout of a function
 * that a timer starts never fires before the function runs. Schedules that never end need a limit.
 */
export async function advanceUntilQuiet(cloud: Cloud, options: QuietOptions = {}): Promise<void> {
  const { quietMinutes = 15, limitMinutes = 24 * 60 } = options;
  const end = cloud.clock.now() + limitMinutes * MINUTE_MS;
  let quietSince = cloud.clock.now();
  let seen = cloud.recorder.last;
  await functionsEnd(cloud);
  while (cloud.clock.now() < end && cloud.clock.now() - quietSince < quietMinutes * MINUTE_MS) {
    await cloud.clock.advance(STEP_MS);
    await functionsEnd(cloud);
    if (cloud.recorder.last === seen) continue;
    const happened = cloud.recorder.find({ after: seen }).some((call) => !isPoll(call));
    if (happened) quietSince = cloud.clock.now();
    seen = cloud.recorder.last;
  }
}

const MINUTE_MS = 60_000;
const STEP_MS = 1_000;

/** Pollers receive messages forever, and services report metrics; their effects are calls too. */
function isPoll({ operation, principal }: RecordedCall): boolean {
  const isReport = operation === "PutMetricData" && principal.type === "service";
  return isReport || operation === "ReceiveMessage";
}

/** Waits until no function runs in the background, or has just received an event. */
async function functionsEnd(cloud: Cloud): Promise<void> {
  const lambda = cloud.registry.named("lambda");
  // The registry erases the type of a service's store.
  const store = lambda?.store(cloud.defaultRegion, cloud) as LambdaStore | undefined;
  for (let turn = 0; turn < 2; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    await store?.idle();
  }
}
