import type { Dimension, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { alarmTime } from "./alarmText";
import type { Alarm, AlarmState, MetricAlarm } from "../store";

/** A change of state, as actions report it. */
export interface StateChange {
  readonly alarm: Alarm;
  readonly previous: AlarmState;
  readonly accountId: string;
  readonly region: string;
}

/**
 * Returns the event for a Lambda action.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
export function lambdaEvent({ alarm, previous, accountId, region }: StateChange): object {
  return {
    source: "aws.cloudwatch",
    alarmArn: alarm.arn,
    accountId,
    time: alarmTime(alarm.state.timestamp),
    region,
    alarmData: alarmData(alarm, previous),
  };
}

/**
 * Returns the detail of EventBridge's event for a change; Lambda actions receive the same in `alarmData`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function alarmData(alarm: Alarm, previous: AlarmState): object {
  return {
    alarmName: alarm.name,
    state: eventState(alarm.state),
    previousState: eventState(previous),
    configuration: {
      ...(alarm.settings.AlarmDescription !== undefined && {
        description: alarm.settings.AlarmDescription,
      }),
      ...(alarm.type === "CompositeAlarm"
        ? { alarmRule: alarm.settings.AlarmRule }
        : { metrics: eventMetrics(alarm) }),
    },
  };
}

/** Returns message and subject of an SNS action. */
export function snsMessage(change: StateChange): { Subject: string; Message: string } {
  const { alarm, previous, accountId, region } = change;
  const { settings } = alarm;
  const place = REGION_NAMES[region] ?? region;
  const message = {
    AlarmName: alarm.name,
    AlarmDescription: settings.AlarmDescription ?? null,
    AWSAccountId: accountId,
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configurationUpdated),
    ...(alarm.type === "CompositeAlarm" && { AlarmRule: alarm.settings.AlarmRule }),
    NewStateValue: alarm.state.value,
    NewStateReason: alarm.state.reason,
    StateChangeTime: alarmTime(alarm.state.timestamp),
    Region: place,
    AlarmArn: alarm.arn,
    OldStateValue: previous.value,
    OKActions: settings.OKActions,
    AlarmActions: settings.AlarmActions,
    InsufficientDataActions: settings.InsufficientDataActions,
    ...(alarm.type === "MetricAlarm" && { Trigger: trigger(alarm) }),
  };
  return {
    // SNS subjects have at most 100 characters.
    Subject: `${alarm.state.value}: "${alarm.name}" in ${place}`.slice(0, 100),
    Message: JSON.stringify(message),
  };
}

function eventState({ value, reason, reasonData, timestamp }: AlarmState): object {
  return {
    value,
    reason,
    ...(reasonData !== undefined && { reasonData }),
    timestamp: alarmTime(timestamp),
  };
}

function eventMetrics({ settings, metricQueryId }: MetricAlarm): object[] {
  if (settings.Metrics) return settings.Metrics.map(eventQuery);
  return [
    eventQuery({
      Id: metricQueryId,
      MetricStat: {
        Metric: {
          Namespace: settings.Namespace,
          MetricName: settings.MetricName,
          Dimensions: settings.Dimensions,
        },
        Period: settings.Period,
        Stat: settings.Statistic ?? settings.ExtendedStatistic,
        ...(settings.Unit !== undefined && { Unit: settings.Unit }),
      },
    }),
  ];
}

function eventQuery({
  Id,
  Expression,
  Label,
  MetricStat,
  ReturnData,
  Period,
}: MetricDataQuery): object {
  return {
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(Period !== undefined && { period: Period }),
    ...(MetricStat && {
      metricStat: {
        metric: {
          namespace: MetricStat.Metric?.Namespace,
          name: MetricStat.Metric?.MetricName,
          dimensions: Object.fromEntries(
            (MetricStat.Metric?.Dimensions ?? []).map(
              ({ Name = "", Value }) => [Name, Value] as const,
            ),
          ),
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
        ...(MetricStat.Unit !== undefined && { unit: MetricStat.Unit }),
      },
    }),
    returnData: ReturnData ?? true,
  };
}

/** Returns the alarm's trigger, in the spelling that CloudWatch uses only here. */
function trigger({ settings }: MetricAlarm): object {
  const common = {
    Period: settings.Period,
    EvaluationPeriods: settings.EvaluationPeriods,
    ...(settings.DatapointsToAlarm !== undefined && {
      DatapointsToAlarm: settings.DatapointsToAlarm,
    }),
    ComparisonOperator: settings.ComparisonOperator,
    Threshold: settings.Threshold,
    TreatMissingData: settings.TreatMissingData ?? "missing",
    EvaluateLowSampleCountPercentile: settings.EvaluateLowSampleCountPercentile ?? "",
  };
  if (settings.Metrics) return { ...common, Metrics: settings.Metrics.map(triggerQuery) };
  const extended = settings.ExtendedStatistic;
  return {
    MetricName: settings.MetricName,
    Namespace: settings.Namespace,
    StatisticType: extended === undefined ? "Statistic" : "ExtendedStatistic",
    Statistic: extended ?? STATISTIC_NAMES[settings.Statistic ?? ""],
    Unit: settings.Unit ?? null,
    Dimensions: lowerCase(settings.Dimensions),
    ...common,
  };
}

function triggerQuery({ MetricStat, ...query }: MetricDataQuery): object {
  if (!MetricStat) return query;
  const { Metric, ...stat } = MetricStat;
  const metric = { ...Metric, Dimensions: lowerCase(Metric?.Dimensions) };
  return { ...query, MetricStat: { Metric: metric, ...stat } };
}

function lowerCase(dimensions: readonly Dimension[] = []): object[] {
  return dimensions.map(({ Name, Value }) => ({ value: Value, name: Name }));
}

const STATISTIC_NAMES: Readonly<Record<string, string>> = {
  Average: "AVERAGE",
  Maximum: "MAXIMUM",
  Minimum: "MINIMUM",
  SampleCount: "SAMPLE_COUNT",
  Sum: "SUM",
};

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
const REGION_NAMES: Readonly<Record<string, string>> = {
  "af-south-1": "Africa (Cape Town)",
  "ap-east-1": "Asia Pacific (Hong Kong)",
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-northeast-2": "Asia Pacific (Seoul)",
  "ap-south-1": "Asia Pacific (Mumbai)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "ap-southeast-2": "Asia Pacific (Sydney)",
  "ca-central-1": "Canada (Central)",
  "eu-central-1": "EU (Frankfurt)",
  "eu-north-1": "EU (Stockholm)",
  "eu-south-1": "EU (Milan)",
  "eu-west-1": "EU (Ireland)",
  "eu-west-2": "EU (London)",
  "eu-west-3": "EU (Paris)",
  "sa-east-1": "South America (Sao Paulo)",
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
};
