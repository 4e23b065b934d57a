import { ACCOUNT_ID, REGION } from "./example";
import type { AlarmStateValue } from "./alarmEvent";

/**
 * The message that an alarm publishes to a topic, as JSON text in `Sns.Message`; the spelling of its keys is
 * CloudWatch's. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export interface AlarmMessage {
  readonly AlarmName: string;
  readonly AlarmDescription: string | null;
  readonly AWSAccountId: string;
  readonly AlarmConfigurationUpdatedTimestamp: string;
  readonly NewStateValue: AlarmStateValue;
  readonly NewStateReason: string;
  readonly StateChangeTime: string;
  /** The long name, e.g. `US East (N. Virginia)`. */
  readonly Region: string;
  readonly AlarmArn: string;
  readonly OldStateValue: AlarmStateValue;
  readonly OKActions: readonly string[];
  readonly AlarmActions: readonly string[];
  readonly InsufficientDataActions: readonly string[];
  /** Absent in messages of composite alarms, which have an `AlarmRule`. */
  readonly Trigger?: AlarmTrigger;
  readonly AlarmRule?: string;
}

export interface AlarmTrigger {
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly StatisticType?: "Statistic" | "ExtendedStatistic";
  readonly Statistic?: string;
  readonly Unit?: string | null;
  /** Here the keys are lower case, unlike everywhere else. */
  readonly Dimensions?: readonly { readonly name: string; readonly value: string }[];
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly TreatMissingData: string;
  readonly EvaluateLowSampleCountPercentile: string;
  /** Only for alarms on metric math, instead of the single metric. */
  readonly Metrics?: readonly unknown[];
}

/** Returns the message of an alarm that changed from OK to ALARM; put its JSON into `snsEvent({ Message })`. */
export function alarmMessage(overrides: Partial<AlarmMessage> = {}): AlarmMessage {
  const name = overrides.AlarmName ?? "alarm";
  const time = "2026-01-01T00:00:00.000+0000";
  return {
    AlarmName: name,
    AlarmDescription: null,
    AWSAccountId: ACCOUNT_ID,
    AlarmConfigurationUpdatedTimestamp: time,
    NewStateValue: "ALARM",
    NewStateReason:
      "Threshold Crossed: 1 datapoint [90.0 (01/01/26 00:00:00)] was greater than the threshold (70.0).",
    StateChangeTime: time,
    Region: "US East (N. Virginia)",
    AlarmArn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT_ID}:alarm:${name}`,
    OldStateValue: "OK",
    OKActions: [],
    AlarmActions: [`arn:aws:sns:${REGION}:${ACCOUNT_ID}:topic`],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: "CPUUtilization",
      Namespace: "AWS/ECS",
      StatisticType: "Statistic",
      Statistic: "AVERAGE",
      Unit: null,
      Dimensions: [
        { value: "service", name: "ServiceName" },
        { value: "cluster", name: "ClusterName" },
      ],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 70,
      TreatMissingData: "missing",
      EvaluateLowSampleCountPercentile: "",
    },
    ...overrides,
  };
}
