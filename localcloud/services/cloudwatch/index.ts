import type { ServiceDefinition } from "../../core/service";
import { describeAlarmHistory } from "./alarmHistory";
import { describeAlarms, describeAlarmsForMetric } from "./describeAlarms";
import { getMetricData } from "./getMetricData";
import { getMetricStatistics } from "./getMetricStatistics";
import { listMetrics } from "./listMetrics";
import {
  deleteAlarms,
  disableAlarmActions,
  enableAlarmActions,
  setAlarmState,
} from "./manageAlarms";
import { putCompositeAlarm } from "./putCompositeAlarm";
import { putMetricAlarm } from "./putMetricAlarm";
import { putMetricData } from "./putMetricData";
import { createCloudwatchStore, type CloudwatchStore } from "./store";
import { listTagsForResource, tagResource, untagResource } from "./tags";

/**
 * Amazon CloudWatch: metrics, metric math, metric and composite alarms.
 * Absent: dashboards, anomaly detection, Metrics Insights, contributor insights, metric streams.
 */
export const cloudwatch: ServiceDefinition<CloudwatchStore> = {
  name: "cloudwatch",
  signingName: "monitoring",
  iamPrefix: "cloudwatch",
  sdk: () => require("@aws-sdk/client-cloudwatch") as object,
  createStore: createCloudwatchStore,
  reports: ["PutMetricData"],
  operations: {
    DeleteAlarms: deleteAlarms,
    DescribeAlarmHistory: describeAlarmHistory,
    DescribeAlarms: describeAlarms,
    DescribeAlarmsForMetric: describeAlarmsForMetric,
    DisableAlarmActions: disableAlarmActions,
    EnableAlarmActions: enableAlarmActions,
    GetMetricData: getMetricData,
    GetMetricStatistics: getMetricStatistics,
    ListMetrics: listMetrics,
    ListTagsForResource: listTagsForResource,
    PutCompositeAlarm: putCompositeAlarm,
    PutMetricAlarm: putMetricAlarm,
    PutMetricData: putMetricData,
    SetAlarmState: setAlarmState,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
};
