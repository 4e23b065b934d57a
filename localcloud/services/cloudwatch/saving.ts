import type { StoreSaving } from "../../core/saving/storeSaving";
import { Retries } from "../../core/retries";
import { attempt } from "./model/alarmActions";
import { scheduleEvaluation } from "./model/alarmClock";
import { Metrics } from "./model/metrics";
import { Series } from "./model/series";
import type { CloudwatchStore } from "./store";

export const saving: StoreSaving<CloudwatchStore> = {
  parts: [Metrics, Retries],
  values: [Series],
  resume(store) {
    store.retries.resume((work) => attempt(work, store));
    scheduleEvaluation(store);
  },
};
