import type {
  CompositeAlarm as CompositeAlarmDescription,
  DescribeAlarmsCommandInput,
  DescribeAlarmsCommandOutput,
  DescribeAlarmsForMetricCommandInput,
  DescribeAlarmsForMetricCommandOutput,
  MetricAlarm as MetricAlarmDescription,
} from "@aws-sdk/client-cloudwatch";
import { checkEnum, checkLength, checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import { alarmAccess } from "../model/alarmAccess";
import { childrenOf } from "../model/alarmRule";
import { invalidToken } from "./listMetrics";
import { metricId, metricKey } from "../model/metrics";
import type { Alarm, CloudwatchOperation, CloudwatchStore, MetricAlarm } from "../store";

export const describeAlarms: CloudwatchOperation<
  DescribeAlarmsCommandInput,
  DescribeAlarmsCommandOutput
> = {
  access: (input, context) =>
    alarmAccess("DescribeAlarms", input.AlarmNames?.length ? input.AlarmNames : ["*"], context),
  run(input, { store }) {
    checkRange(input.MaxRecords, "maxRecords", { min: 1, max: 100 });
    checkLength(input.AlarmNames, "alarmNames", { min: 0, max: 100 });
    checkEnum(input.StateValue, "stateValue", ["INSUFFICIENT_DATA", "ALARM", "OK"]);
    if (input.AlarmNames?.length && input.AlarmNamePrefix !== undefined)
      throw new AwsError(
        "InvalidParameterCombinationException",
        "AlarmNamePrefix and AlarmNames are mutually exclusive parameters.",
      );
    refuseFilters(input);
    const { items, nextToken } = page(wantedAlarms(input, store), {
      key: (alarm) => alarm.name,
      size: input.MaxRecords ?? 50,
      token: input.NextToken,
      invalidToken,
    });
    return {
      MetricAlarms: items.flatMap((one) =>
        one.type === "MetricAlarm" ? [describeMetric(one)] : [],
      ),
      CompositeAlarms: items.flatMap((one) =>
        one.type === "CompositeAlarm" ? [describeComposite(one)] : [],
      ),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

/** Returns the alarms on exactly this metric, without those on expressions. */
export const describeAlarmsForMetric: CloudwatchOperation<
  DescribeAlarmsForMetricCommandInput,
  DescribeAlarmsForMetricCommandOutput
> = {
  run(input, { store }) {
    const wanted = metricKey(metricId(input.Namespace, input.MetricName, input.Dimensions));
    const matches = ({ settings }: MetricAlarm): boolean =>
      settings.MetricName !== undefined &&
      metricKey(metricId(settings.Namespace, settings.MetricName, settings.Dimensions)) ===
        wanted &&
      (["Statistic", "ExtendedStatistic", "Period", "Unit"] as const).every(
        (name) => input[name] === undefined || input[name] === settings[name],
      );
    const alarms = [...store.alarms.values()].filter((one) => one.type === "MetricAlarm");
    return { MetricAlarms: alarms.filter(matches).map(describeMetric) };
  },
};

/**
 * "You cannot specify any other parameters except for MaxRecords and NextToken":
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
function refuseFilters(input: DescribeAlarmsCommandInput): void {
  const { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child } = input;
  if (parent === undefined && child === undefined) return;
  const name = parent === undefined ? "ParentsOfAlarmName" : "ChildrenOfAlarmName";
  const { MaxRecords: _size, NextToken: _token, [name]: _own, ...others } = input;
  if (Object.values(others).some((value) => value !== undefined))
    throw new AwsError(
      "ValidationException",
      `${name} can be combined with MaxRecords and NextToken only.`,
    );
}

function wantedAlarms(input: DescribeAlarmsCommandInput, store: CloudwatchStore): Alarm[] {
  // Composite alarms are omitted unless they are requested.
  const types: readonly string[] = input.AlarmTypes?.length ? input.AlarmTypes : ["MetricAlarm"];
  const family = familyOf(input, store);
  return [...store.alarms.values()].filter((alarm) => {
    const { settings } = alarm;
    const actions = [
      ...settings.OKActions,
      ...settings.AlarmActions,
      ...settings.InsufficientDataActions,
    ];
    return (
      (family ? family.includes(alarm.name) : types.includes(alarm.type)) &&
      (!input.AlarmNames?.length || input.AlarmNames.includes(alarm.name)) &&
      alarm.name.startsWith(input.AlarmNamePrefix ?? "") &&
      (input.StateValue === undefined || alarm.state.value === input.StateValue) &&
      (input.ActionPrefix === undefined ||
        actions.some((action) => action.startsWith(input.ActionPrefix ?? "")))
    );
  });
}

/** Returns the names of an alarm's children or parents if the request asks for them. */
function familyOf(
  { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child }: DescribeAlarmsCommandInput,
  store: CloudwatchStore,
): string[] | undefined {
  if (parent !== undefined) {
    const alarm = store.alarms.get(parent);
    return alarm ? childrenOf(alarm) : [];
  }
  if (child === undefined) return undefined;
  return [...store.alarms.values()]
    .filter((alarm) => childrenOf(alarm).includes(child))
    .map((alarm) => alarm.name);
}

function describeMetric(alarm: MetricAlarm): MetricAlarmDescription {
  return { ...describeCommon(alarm), ...alarm.settings };
}

function describeComposite(alarm: Alarm & { type: "CompositeAlarm" }): CompositeAlarmDescription {
  return { ...describeCommon(alarm), ...alarm.settings };
}

function describeCommon(alarm: Alarm): MetricAlarmDescription & CompositeAlarmDescription {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: alarm.configurationUpdated,
    StateValue: alarm.state.value,
    StateReason: alarm.state.reason,
    ...(alarm.state.reasonData !== undefined && { StateReasonData: alarm.state.reasonData }),
    StateUpdatedTimestamp: alarm.state.timestamp,
    StateTransitionedTimestamp: alarm.state.timestamp,
  };
}
