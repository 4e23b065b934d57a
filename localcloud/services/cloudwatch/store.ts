import type {
  AlarmHistoryItem,
  CompositeAlarm as CompositeAlarmDescription,
  MetricAlarm as MetricAlarmDescription,
  StateValue,
} from "@aws-sdk/client-cloudwatch";
import type { ClockTimer } from "../../core/clock";
import { Retries } from "../../core/retries";
import type { Operation, StoreScope } from "../../core/service";
import type { ActionRetry } from "./model/alarmActions";
import { Metrics } from "./model/metrics";

/** Metrics and alarms of one region. */
export interface CloudwatchStore {
  readonly scope: StoreScope;
  readonly metrics: Metrics;
  /** By name; metric and composite alarms share one namespace. */
  readonly alarms: Map<string, Alarm>;
  /** Oldest first, including items of deleted alarms. */
  history: AlarmHistoryItem[];
  readonly retries: Retries<ActionRetry>;
  /** Runs only while there are alarms. */
  nextEvaluation?: ClockTimer;
}

export type Alarm = MetricAlarm | CompositeAlarm;

interface AlarmBase {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  configurationUpdated: Date;
  state: AlarmState;
}

export interface MetricAlarm extends AlarmBase {
  readonly type: "MetricAlarm";
  /** Id of the single metric in events; AWS uses a random one. */
  readonly metricQueryId: string;
  settings: MetricAlarmSettings;
}

export interface CompositeAlarm extends AlarmBase {
  readonly type: "CompositeAlarm";
  settings: CompositeAlarmSettings;
}

/** Settings of PutMetricAlarm, in the shape that DescribeAlarms shows. */
export type MetricAlarmSettings = AlarmSettings &
  Pick<
    MetricAlarmDescription,
    | "MetricName"
    | "Namespace"
    | "Statistic"
    | "ExtendedStatistic"
    | "Dimensions"
    | "Period"
    | "Unit"
    | "DatapointsToAlarm"
    | "TreatMissingData"
    | "EvaluateLowSampleCountPercentile"
    | "Metrics"
  > & {
    readonly EvaluationPeriods: number;
    readonly Threshold: number;
    readonly ComparisonOperator: NonNullable<MetricAlarmDescription["ComparisonOperator"]>;
  };

export type CompositeAlarmSettings = AlarmSettings &
  Required<Pick<CompositeAlarmDescription, "AlarmRule">>;

export interface AlarmSettings {
  readonly ActionsEnabled: boolean;
  readonly AlarmDescription?: string;
  readonly OKActions: string[];
  readonly AlarmActions: string[];
  readonly InsufficientDataActions: string[];
}

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON text. */
  readonly reasonData?: string;
  readonly timestamp: Date;
}

/** An operation whose input and output have the SDK's shapes. */
export type CloudwatchOperation<Input, Output> = Operation<
  CloudwatchStore,
  Input,
  Omit<Output, "$metadata">
>;

export function createCloudwatchStore(scope: StoreScope): CloudwatchStore {
  return {
    scope,
    metrics: new Metrics(),
    alarms: new Map(),
    history: [],
    retries: new Retries(scope.clock),
  };
}
