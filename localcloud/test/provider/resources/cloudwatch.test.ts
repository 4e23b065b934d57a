import { CloudWatchClient, DisableAlarmActionsCommand } from "@aws-sdk/client-cloudwatch";
import { client } from "../../../provider/clients";
import { describeLifecycle } from "../../support/resourceLifecycle";

const ACTION = "arn:aws:lambda:eu-central-1:123456789012:function:wake";

describeLifecycle({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  inputs: () => ({
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 2,
    threshold: 5,
    metricName: "Errors",
    namespace: "AWS/Lambda",
    period: 60,
    statistic: "Sum",
    dimensions: { FunctionName: "f" },
    tags: { a: "1" },
  }),
  updates: [
    { threshold: 6, alarmDescription: "too many", datapointsToAlarm: 1 },
    { alarmActions: [ACTION], treatMissingData: "notBreaching", dimensions: { FunctionName: "g" } },
    { tags: { b: "2" }, alarmDescription: undefined, actionsEnabled: false },
    { actionsEnabled: true, alarmActions: undefined },
  ],
  replaces: [{ name: "other" }],
  drift: {
    make: ({ context }, { id }) =>
      client(CloudWatchClient, context).send(new DisableAlarmActionsCommand({ AlarmNames: [id] })),
    expected: ["actionsEnabled"],
  },
});

describeLifecycle({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  inputs: () => ({
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    threshold: 0.1,
    metricQueries: [
      { id: "rate", expression: "errors / calls", label: "rate", returnData: true },
      {
        id: "errors",
        metric: { metricName: "Errors", namespace: "AWS/Lambda", period: 60, stat: "Sum" },
      },
      {
        id: "calls",
        metric: {
          metricName: "Invocations",
          namespace: "AWS/Lambda",
          period: 60,
          stat: "Sum",
          dimensions: { FunctionName: "f" },
        },
      },
    ],
  }),
  updates: [{ threshold: 0.2 }],
});
