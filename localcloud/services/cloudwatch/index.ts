import { constraints } from "../../constraints/cloudwatch";
import type { ServiceDefinition } from "../../core/service";
import { describeAlarmHistory } from "./operations/alarmHistory";
import { describeAlarms, describeAlarmsForMetric } from "./operations/describeAlarms";
import { getMetricData } from "./operations/getMetricData";
import { getMetricStatistics } from "./operations/getMetricStatistics";
import { listMetrics } from "./operations/listMetrics";
import {
  deleteAlarms,
  disableAlarmActions,
  enableAlarmActions,
  setAlarmState,
} from "./operations/manageAlarms";
import { putCompositeAlarm } from "./operations/putCompositeAlarm";
import { putMetricAlarm } from "./operations/putMetricAlarm";
import { putMetricData } from "./operations/putMetricData";
import { saving } from "./saving";
import { createCloudwatchStore, type CloudwatchStore } from "./store";
import { listTagsForResource, tagResource, untagResource } from "./operations/tags";

/**
 * Amazon CloudWatch: metrics, metric math, metric and composite alarms. Not supported: dashboards, anomaly detection,
 * Metrics Insights, contributor insights, metric streams.
 */
export const cloudwatch: ServiceDefinition<CloudwatchStore> = {
  name: "cloudwatch",
  signingName: "monitoring",
  iamPrefix: "cloudwatch",
  sdk: () => require("@aws-sdk/client-cloudwatch") as object,
  constraints: () => ({ table: constraints() }),
  createStore: createCloudwatchStore,
  saving,
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
