import { constraints } from "../../constraints/cloudwatch-logs";
import type { ServiceDefinition } from "../../core/service";
import { associateKmsKey, disassociateKmsKey } from "./model/encryption";
import { filterLogEvents } from "./operations/filterLogEvents";
import { getLogEvents } from "./operations/getLogEvents";
import { createLogGroup, deleteLogGroup, describeLogGroups } from "./operations/logGroups";
import { createLogStream, deleteLogStream, describeLogStreams } from "./operations/logStreams";
import {
  deleteMetricFilter,
  describeMetricFilters,
  putMetricFilter,
} from "./operations/metricFilters";
import { putLogEvents } from "./operations/putLogEvents";
import { deleteRetentionPolicy, putRetentionPolicy, resumeSweep } from "./operations/retention";
import { createLogsStore, type LogsStore } from "./store";
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from "./operations/tags";

/**
 * Amazon CloudWatch Logs: groups, streams, events, retention, metric filters. Not supported: Insights queries,
 * subscription filters, exports, data protection, live tail.
 */
export const cloudwatchLogs: ServiceDefinition<LogsStore> = {
  name: "cloudwatch-logs",
  signingName: "logs",
  iamPrefix: "logs",
  sdk: () => require("@aws-sdk/client-cloudwatch-logs") as object,
  constraints: () => ({ table: constraints() }),
  createStore: createLogsStore,
  saving: { resume: resumeSweep },
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
