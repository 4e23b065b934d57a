import { timeLeft } from "../../../core/clock";
import type {
  DeleteRetentionPolicyCommandInput,
  DeleteRetentionPolicyCommandOutput,
  PutRetentionPolicyCommandInput,
  PutRetentionPolicyCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { constraintError, required } from "../../../core/constraint";
import { applyRetention } from "../model/expiry";
import { groupAccess } from "../model/logAccess";
import { getGroup, INVALID } from "../model/lookup";
import type { LogsOperation, LogsStore } from "../store";

const DAY_MS = 86_400_000;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html (days) */
const ALLOWED_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

export const putRetentionPolicy: LogsOperation<
  PutRetentionPolicyCommandInput,
  PutRetentionPolicyCommandOutput
> = {
  access: (input, context) => groupAccess("PutRetentionPolicy", input, context),
  run(input, { store }) {
    const value = required(input.retentionInDays, "retentionInDays", INVALID);
    if (!ALLOWED_DAYS.includes(value))
      throw constraintError(
        {
          member: "retentionInDays",
          value,
          rule: `Member must satisfy enum value set: [${ALLOWED_DAYS.join(", ")}]`,
        },
        INVALID,
      );
    getGroup(input, store).retentionInDays = value;
    armSweep(store);
    return {};
  },
};

export const deleteRetentionPolicy: LogsOperation<
  DeleteRetentionPolicyCommandInput,
  DeleteRetentionPolicyCommandOutput
> = {
  access: (input, context) => groupAccess("DeleteRetentionPolicy", input, context),
  run(input, { store }) {
    getGroup(input, store).retentionInDays = undefined;
    return {};
  },
};

/** Continues the removal of expired events in a restored store. */
export function resumeSweep(store: LogsStore): void {
  const { sweep, scope } = store;
  store.sweep = undefined;
  if (sweep) armSweep(store, timeLeft(sweep, scope.clock));
}

/** Schedules a daily removal of expired events, for groups that nobody reads. */
function armSweep(store: LogsStore, ms = DAY_MS): void {
  if (store.sweep) return;
  const { clock } = store.scope;
  store.sweep = clock.setTimeout(() => {
    store.sweep = undefined;
    const kept = [...store.groups.values()].filter((one) => one.retentionInDays !== undefined);
    for (const group of kept) applyRetention(group, clock.now());
    if (kept.length > 0) armSweep(store);
  }, ms);
}
