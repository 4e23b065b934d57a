import { changeState, evaluateComposites } from "./changeState";
import { evaluateAlarm, HIGH_RESOLUTION_MS, isHighResolution, MINUTE_MS } from "./evaluateAlarm";
import type { CloudwatchStore, MetricAlarm } from "../store";

/**
 * Sets the timer of the next evaluation: every minute; every ten seconds while there is a high-resolution alarm; none
 * without alarms.
 */
export function scheduleEvaluation(store: CloudwatchStore): void {
  const { clock } = store.scope;
  clock.clearTimeout(store.nextEvaluation);
  store.nextEvaluation = undefined;
  if (store.alarms.size === 0) return;
  const step = metricAlarms(store).some(({ settings }) => isHighResolution(settings))
    ? HIGH_RESOLUTION_MS
    : MINUTE_MS;
  const now = clock.now();
  const due = Math.floor(now / step) * step + step;
  store.nextEvaluation = clock.setTimeout(
    () => {
      scheduleEvaluation(store);
      return evaluateAll(store, due % MINUTE_MS === 0);
    },
    due - now,
    "evaluation of the alarms",
  );
}

async function evaluateAll(store: CloudwatchStore, onTheMinute: boolean): Promise<void> {
  await store.scope.cloud.gathered.flush();
  for (const alarm of metricAlarms(store)) {
    if (!onTheMinute && !isHighResolution(alarm.settings)) continue;
    // The alarm may have been deleted while an action was awaited.
    if (store.alarms.get(alarm.name) !== alarm) continue;
    const state = evaluateAlarm(alarm, store);
    if (state) await changeState(alarm, state, store);
  }
  await evaluateComposites(store);
}

function metricAlarms(store: CloudwatchStore): MetricAlarm[] {
  return [...store.alarms.values()].filter((alarm) => alarm.type === "MetricAlarm");
}
