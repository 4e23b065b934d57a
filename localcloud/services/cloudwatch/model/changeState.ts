import { sendToEventBridge } from "../../../core/reports";
import { traced } from "../../../core/trace";
import { runActions } from "./alarmActions";
import { alarmData } from "./alarmEvents";
import { recordHistory } from "../operations/alarmHistory";
import { alarmsIn, parseAlarmRule, ruleHolds } from "./alarmRule";
import { alarmTime, compositeTime } from "./alarmText";
import type { Alarm, AlarmState, CloudwatchStore, CompositeAlarm } from "../store";

/** Changes the state of an alarm, runs its actions and updates the composite alarms that depend on it. */
export async function changeState(
  alarm: Alarm,
  state: AlarmState,
  store: CloudwatchStore,
): Promise<void> {
  await setState(alarm, state, store);
  await evaluateComposites(store, alarm);
}

/**
 * Updates every composite alarm to the state of its rule. They can depend on each other, so this repeats until
 * nothing changes. Circular rules end after one round per alarm.
 */
export async function evaluateComposites(store: CloudwatchStore, cause?: Alarm): Promise<void> {
  const composites = [...store.alarms.values()].filter((one) => one.type === "CompositeAlarm");
  for (let round = 0; round < composites.length; round++) {
    let changed = false;
    for (const composite of composites) {
      const state = compositeState(composite, store, cause);
      if (!state) continue;
      await setState(composite, state, store);
      changed = true;
    }
    if (!changed) return;
  }
}

/** Starts one trace for a change of state and its effects, because the metrics behind it have many causes. */
function setState(alarm: Alarm, state: AlarmState, store: CloudwatchStore): Promise<void> {
  const data = { from: alarm.state.value, to: state.value, reason: state.reason };
  const start = { kind: "alarm", name: alarm.name, data } as const;
  return traced(store.scope.cloud.tracer, start, () => enter(alarm, state, store));
}

async function enter(alarm: Alarm, state: AlarmState, store: CloudwatchStore): Promise<void> {
  const previous = alarm.state;
  alarm.state = state;
  recordHistory(store, alarm, {
    type: "StateUpdate",
    summary: `Alarm updated from ${previous.value} to ${state.value}`,
    data: { oldState: historyState(previous), newState: historyState(state) },
  });
  await sendToEventBridge(store.scope, "cloudwatch.amazonaws.com", {
    Source: "aws.cloudwatch",
    DetailType: "CloudWatch Alarm State Change",
    Resources: [alarm.arn],
    Detail: alarmData(alarm, previous),
    Time: state.timestamp,
  });
  await runActions(alarm, previous, store);
}

function compositeState(
  composite: CompositeAlarm,
  store: CloudwatchStore,
  cause: Alarm | undefined,
): AlarmState | undefined {
  const rule = parseAlarmRule(composite.settings.AlarmRule);
  const value = ruleHolds(rule, (name) => store.alarms.get(name)?.state.value) ? "ALARM" : "OK";
  if (value === composite.state.value) return undefined;
  const children = alarmsIn(rule).flatMap((name) => store.alarms.get(name) ?? []);
  const trigger = children.find((child) => child === cause) ?? newest(children);
  const timestamp = store.scope.clock.date();
  if (!trigger) return { value, reason: "Unchecked: Initial alarm creation", timestamp };
  const { state } = trigger;
  return {
    value,
    reason: `${trigger.arn} transitioned to ${state.value} at ${compositeTime(state.timestamp)}`,
    reasonData: JSON.stringify({
      triggeringAlarms: [
        {
          arn: trigger.arn,
          state: { value: state.value, timestamp: alarmTime(state.timestamp) },
        },
      ],
    }),
    timestamp,
  };
}

function newest(alarms: readonly Alarm[]): Alarm | undefined {
  return [...alarms].sort((a, b) => b.state.timestamp.getTime() - a.state.timestamp.getTime())[0];
}

function historyState({ value, reason, reasonData }: AlarmState): object {
  return {
    stateValue: value,
    stateReason: reason,
    ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) as unknown }),
  };
}
