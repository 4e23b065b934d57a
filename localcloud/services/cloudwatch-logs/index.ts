import type { ServiceDefinition } from "../../core/service";
import { associateKmsKey, disassociateKmsKey } from "./encryption";
import { filterLogEvents } from "./filterLogEvents";
import { getLogEvents } from "./getLogEvents";
import { createLogGroup, deleteLogGroup, describeLogGroups } from "./logGroups";
import { createLogStream, deleteLogStream, describeLogStreams } from "./logStreams";
import { deleteMetricFilter, describeMetricFilters, putMetricFilter } from "./metricFilters";
import { putLogEvents } from "./putLogEvents";
import { deleteRetentionPolicy, putRetentionPolicy } from "./retention";
import { createLogsStore, type LogsStore } from "./store";
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from "./tags";

/**
 * Amazon CloudWatch Logs: groups, streams, events, retention, metric filters.
 * Absent: Insights queries, subscription filters, exports, data protection, live tail.
 */
export const cloudwatchLogs: ServiceDefinition<LogsStore> = {
  name: "cloudwatch-logs",
  signingName: "logs",
  iamPrefix: "logs",
  sdk: () => require("@aws-sdk/client-cloudwatch-logs") as object,
  createStore: createLogsStore,
  reports: ["CreateLogGroup", "CreateLogStream", "PutLogEvents"],
  operations: {
    AssociateKmsKey: associateKmsKey,
    CreateLogGroup: createLogGroup,
    CreateLogStream: createLogStream,
    DeleteLogGroup: deleteLogGroup,
    DeleteLogStream: deleteLogStream,
    DeleteMetricFilter: deleteMetricFilter,
    DeleteRetentionPolicy: deleteRetentionPolicy,
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    DescribeMetricFilters: describeMetricFilters,
    DisassociateKmsKey: disassociateKmsKey,
    FilterLogEvents: filterLogEvents,
    GetLogEvents: getLogEvents,
    ListTagsForResource: listTagsForResource,
    ListTagsLogGroup: listTagsLogGroup,
    PutLogEvents: putLogEvents,
    PutMetricFilter: putMetricFilter,
    PutRetentionPolicy: putRetentionPolicy,
    TagLogGroup: tagLogGroup,
    TagResource: tagResource,
    UntagLogGroup: untagLogGroup,
    UntagResource: untagResource,
  },
};
