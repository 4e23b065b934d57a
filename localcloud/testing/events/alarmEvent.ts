import { ACCOUNT_ID, REGION } from "./example";

/**
 * The event that an alarm sends to a function that is its action. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
export interface AlarmEvent {
  readonly source: "aws.cloudwatch";
  readonly alarmArn: string;
  readonly accountId: string;
  /** `2026-01-01T00:00:00.000+0000`, without the colon that ISO 8601 allows. */
  readonly time: string;
  readonly region: string;
  readonly alarmData: {
    readonly alarmName: string;
    readonly state: AlarmEventState;
    readonly previousState: AlarmEventState;
    readonly configuration: AlarmConfiguration;
  };
}

export type AlarmStateValue = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export interface AlarmEventState {
  readonly value: AlarmStateValue;
  readonly reason: string;
  /** JSON text; absent if the state was set manually. */
  readonly reasonData?: string;
  readonly timestamp: string;
}

export interface AlarmConfiguration {
  readonly description?: string;
  /** Only for metric alarms. */
  readonly metrics?: readonly AlarmMetric[];
  /** Only for composite alarms. */
  readonly alarmRule?: string;
}

export interface AlarmMetric {
  readonly id: string;
  readonly expression?: string;
  readonly label?: string;
  readonly metricStat?: {
    readonly metric: {
      readonly namespace: string;
      readonly name: string;
      readonly dimensions: Readonly<Record<string, string>>;
    };
    readonly period: number;
    readonly stat: string;
    readonly unit?: string;
  };
  readonly returnData: boolean;
}

/** Changes to the event; all dependent fields follow. */
export interface AlarmEventOverrides {
  readonly alarmName?: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly time?: string;
  readonly state?: Partial<AlarmEventState>;
  readonly previousState?: Partial<AlarmEventState>;
  readonly configuration?: AlarmConfiguration;
}

/** Returns the event of an alarm that changed from OK to ALARM. */
export function alarmEvent(overrides: AlarmEventOverrides = {}): AlarmEvent {
  const {
    alarmName = "alarm",
    accountId = ACCOUNT_ID,
    region = REGION,
    time = "2026-01-01T00:00:00.000+0000",
  } = overrides;
  return {
    source: "aws.cloudwatch",
    alarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarmName}`,
    accountId,
    time,
    region,
    alarmData: {
      alarmName,
      state: {
        value: "ALARM",
        reason:
          "Threshold Crossed: 1 datapoint [90.0 (01/01/26 00:00:00)] was greater than the threshold (70.0).",
        timestamp: time,
        ...overrides.state,
      },
      previousState: {
        value: "OK",
        reason:
          "Threshold Crossed: 1 datapoint [50.0 (31/12/25 23:59:00)] was not greater than the threshold (70.0).",
        timestamp: time,
        ...overrides.previousState,
      },
      configuration: overrides.configuration ?? { metrics: [cpuMetric()] },
    },
  };
}

function cpuMetric(): AlarmMetric {
  const dimensions = { ClusterName: "cluster", ServiceName: "service" };
  return {
    id: "m1",
    metricStat: {
      metric: { namespace: "AWS/ECS", name: "CPUUtilization", dimensions },
      period: 60,
      stat: "Average",
    },
    returnData: true,
  };
}
