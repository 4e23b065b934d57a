import type {
  DeleteAlarmsCommandInput,
  DeleteAlarmsCommandOutput,
  DisableAlarmActionsCommandInput,
  DisableAlarmActionsCommandOutput,
  EnableAlarmActionsCommandInput,
  EnableAlarmActionsCommandOutput,
  SetAlarmStateCommandInput,
  SetAlarmStateCommandOutput,
} from "@aws-sdk/client-cloudwatch";
import { checkEnum, checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { alarmAccess } from "../model/alarmAccess";
import { scheduleEvaluation } from "../model/alarmClock";
import { childrenOf } from "../model/alarmRule";
import { changeState } from "../model/changeState";
import { noteConfiguration } from "./putMetricAlarm";
import type { Alarm, CloudwatchOperation, CloudwatchStore } from "../store";

/** Deletes alarms. As on AWS, alarms that do not exist are ignored. */
export const deleteAlarms: CloudwatchOperation<
  DeleteAlarmsCommandInput,
  DeleteAlarmsCommandOutput
> = {
  access: (input, context) => alarmAccess("DeleteAlarms", input.AlarmNames ?? [], context),
  run(input, { store }) {
    const alarms = namedAlarms(input.AlarmNames, store);
    if (alarms.filter((alarm) => alarm.type === "CompositeAlarm").length > 1)
      throw new AwsError(
        "ValidationException",
        "DeleteAlarms can delete at most one composite alarm per request.",
      );
    refuseNeeded(alarms, store);
    for (const { name } of alarms) {
      noteConfiguration(store, name, "deleted");
      store.alarms.delete(name);
    }
    scheduleEvaluation(store);
    return {};
  },
};

export const enableAlarmActions: CloudwatchOperation<
  EnableAlarmActionsCommandInput,
  EnableAlarmActionsCommandOutput
> = {
  access: (input, context) => alarmAccess("EnableAlarmActions", input.AlarmNames ?? [], context),
  run(input, { store }) {
    for (const alarm of namedAlarms(input.AlarmNames, store)) switchActions(alarm, true, store);
    return {};
  },
};

export const disableAlarmActions: CloudwatchOperation<
  DisableAlarmActionsCommandInput,
  DisableAlarmActionsCommandOutput
> = {
  access: (input, context) => alarmAccess("DisableAlarmActions", input.AlarmNames ?? [], context),
  run(input, { store }) {
    for (const alarm of namedAlarms(input.AlarmNames, store)) switchActions(alarm, false, store);
    return {};
  },
};

/** Sets a state manually, with all its effects; the next evaluation corrects it. */
export const setAlarmState: CloudwatchOperation<
  SetAlarmStateCommandInput,
  SetAlarmStateCommandOutput
> = {
  access: (input, context) => alarmAccess("SetAlarmState", [input.AlarmName], context),
  async run(input, { store, clock }) {
    const value = required(input.StateValue, "stateValue");
    checkEnum(value, "stateValue", ["INSUFFICIENT_DATA", "ALARM", "OK"]);
    const reason = required(input.StateReason, "stateReason");
    checkLength(reason, "stateReason", { min: 0, max: 1023 });
    checkReasonData(input.StateReasonData);
    const alarm = store.alarms.get(required(input.AlarmName, "alarmName"));
    if (!alarm) throw new AwsError("ResourceNotFound", "", { status: 404 });
    if (alarm.state.value === value) return {};
    const reasonData = input.StateReasonData;
    await changeState(
      alarm,
      { value, reason, ...(reasonData !== undefined && { reasonData }), timestamp: clock.date() },
      store,
    );
    return {};
  },
};

/** Refuses to delete alarms that composite alarms refer to, unless those are deleted with them. */
function refuseNeeded(deleted: readonly Alarm[], store: CloudwatchStore): void {
  const staying = [...store.alarms.values()].filter((alarm) => !deleted.includes(alarm));
  const needed = new Set(staying.flatMap(childrenOf));
  const names = deleted.map(({ name }) => name).filter((name) => needed.has(name));
  if (names.length === 0) return;
  throw new AwsError(
    "ValidationException",
    // https://github.com/cloud-custodian/cloud-custodian/issues/7763
    `Cannot delete ${names.join(",")} as there are composite alarm(s) depending on ${names.length > 1 ? "them" : "it"}.`,
  );
}

function namedAlarms(names: readonly string[] | undefined, store: CloudwatchStore): Alarm[] {
  const given = required(names, "alarmNames");
  checkLength(given, "alarmNames", { min: 0, max: 100 });
  return [...new Set(given)].flatMap((name) => store.alarms.get(name) ?? []);
}

function switchActions(alarm: Alarm, ActionsEnabled: boolean, store: CloudwatchStore): void {
  if (alarm.settings.ActionsEnabled === ActionsEnabled) return;
  if (alarm.type === "MetricAlarm") alarm.settings = { ...alarm.settings, ActionsEnabled };
  else alarm.settings = { ...alarm.settings, ActionsEnabled };
  alarm.configurationUpdated = store.scope.clock.date();
  noteConfiguration(store, alarm.name, "updated");
}

function checkReasonData(text: string | undefined): void {
  if (text === undefined) return;
  checkLength(text, "stateReasonData", { min: 0, max: 4000 });
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError("InvalidFormatFault", "StateReasonData is not valid JSON.");
  }
}
