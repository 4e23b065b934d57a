import { randomUUID } from "node:crypto";
import type {
  PutMetricAlarmCommandInput,
  PutMetricAlarmCommandOutput,
} from "@aws-sdk/client-cloudwatch";
import { formatArn } from "../../../core/arn";
import { AwsError } from "../../../core/errors";
import { alarmAccess, requestTagValues } from "../model/alarmAccess";
import { scheduleEvaluation } from "../model/alarmClock";
import { recordHistory } from "./alarmHistory";
import { alarmSettings, checkAlarmName } from "../model/alarmSettings";
import { metricAlarmSettings } from "../model/metricAlarmSettings";
import type { Alarm, CloudwatchOperation, CloudwatchStore, MetricAlarm } from "../store";
import { tagMap } from "./tags";

export const putMetricAlarm: CloudwatchOperation<
  PutMetricAlarmCommandInput,
  PutMetricAlarmCommandOutput
> = {
  access: (input, context) => putAccess("PutMetricAlarm", input, context),
  run(input, context) {
    const { store } = context;
    const name = checkAlarmName(input.AlarmName);
    const settings = { ...alarmSettings(input, context.region), ...metricAlarmSettings(input) };
    const tags = tagMap(input.Tags);
    const existing = store.alarms.get(name);
    if (existing && existing.type !== "MetricAlarm") throw otherType(existing);
    const now = context.clock.date();
    if (existing) {
      // An update changes neither the state nor the tags; both have separate operations.
      existing.settings = settings;
      existing.configurationUpdated = now;
    } else {
      const alarm: MetricAlarm = {
        type: "MetricAlarm",
        name,
        arn: formatArn("cloudwatch", context, `alarm:${name}`),
        tags,
        metricQueryId: randomUUID(),
        settings,
        configurationUpdated: now,
        state: initialState(now),
      };
      store.alarms.set(name, alarm);
    }
    noteConfiguration(store, name, existing ? "updated" : "created");
    scheduleEvaluation(store);
    return {};
  },
};

/** Returns the checks. Creating an alarm with tags also requires the permission to tag. */
export function putAccess(
  action: string,
  input: Pick<
    PutMetricAlarmCommandInput,
    "AlarmName" | "Tags" | "OKActions" | "AlarmActions" | "InsufficientDataActions"
  >,
  context: Parameters<typeof alarmAccess>[2],
): ReturnType<typeof alarmAccess> {
  const actions = [
    ...(input.OKActions ?? []),
    ...(input.AlarmActions ?? []),
    ...(input.InsufficientDataActions ?? []),
  ];
  const values = {
    ...requestTagValues(input.Tags),
    ...(actions.length > 0 && { "cloudwatch:AlarmActions": actions }),
  };
  const put = alarmAccess(action, [input.AlarmName], context, values);
  return input.Tags?.length
    ? [...put, ...alarmAccess("TagResource", [input.AlarmName], context, values)]
    : put;
}

/** Returns the state of a new alarm: insufficient data. */
export function initialState(timestamp: Date): Alarm["state"] {
  return { value: "INSUFFICIENT_DATA", reason: "Unchecked: Initial alarm creation", timestamp };
}

export function otherType(existing: Alarm): AwsError {
  return new AwsError(
    "ValidationException",
    `An alarm of type ${existing.type} with the name ${existing.name} already exists.`,
  );
}

export function noteConfiguration(
  store: CloudwatchStore,
  name: string,
  change: "created" | "updated" | "deleted",
): void {
  const alarm = store.alarms.get(name);
  if (!alarm) return;
  const types = { created: "Create", updated: "Update", deleted: "Delete" };
  recordHistory(store, alarm, {
    type: "ConfigurationUpdate",
    summary: `Alarm "${name}" ${change}`,
    data: { type: types[change], [`${change}Alarm`]: { alarmName: name, ...alarm.settings } },
  });
}
