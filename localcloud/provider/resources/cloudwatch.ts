import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type ComparisonOperator,
  type Dimension,
  type MetricDataQuery,
  type StandardUnit,
  type Statistic,
} from "@aws-sdk/client-cloudwatch";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm";
import { client } from "../clients";
import { defineResource, tagList, type Args } from "../define";
import type { ProviderContext, ResourceType } from "../types";

type Inputs = Args<MetricAlarmArgs>;

const metricAlarm = defineResource<Inputs>({
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  autoname: { property: "name", maxLength: 255 },
  required: ["comparisonOperator", "evaluationPeriods"],
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  replaceOn: ["name"],
  async create(inputs, context) {
    await putAlarm(inputs, context);
    return inputs.name ?? "";
  },
  async read(id, _inputs, context) {
    const { MetricAlarms } = await client(CloudWatchClient, context).send(
      new DescribeAlarmsCommand({ AlarmNames: [id] }),
    );
    const found = MetricAlarms?.[0];
    return (
      found && {
        name: found.AlarmName,
        arn: found.AlarmArn,
        threshold: found.Threshold,
        actionsEnabled: found.ActionsEnabled,
        alarmDescription: found.AlarmDescription,
        tagsAll: {},
      }
    );
  },
  update: (_id, news, _olds, context) => putAlarm(news, context),
  async delete(id, _state, context) {
    await client(CloudWatchClient, context).send(new DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
});

export const CLOUDWATCH_RESOURCES: readonly ResourceType[] = [metricAlarm];

async function putAlarm(inputs: Inputs, context: ProviderContext): Promise<void> {
  await client(CloudWatchClient, context).send(
    new PutMetricAlarmCommand({
      AlarmName: inputs.name,
      AlarmDescription: inputs.alarmDescription,
      ActionsEnabled: inputs.actionsEnabled,
      AlarmActions: inputs.alarmActions as string[] | undefined,
      OKActions: inputs.okActions as string[] | undefined,
      InsufficientDataActions: inputs.insufficientDataActions as string[] | undefined,
      ComparisonOperator: inputs.comparisonOperator as ComparisonOperator,
      EvaluationPeriods: inputs.evaluationPeriods,
      DatapointsToAlarm: inputs.datapointsToAlarm,
      Threshold: inputs.threshold,
      TreatMissingData: inputs.treatMissingData,
      EvaluateLowSampleCountPercentile: inputs.evaluateLowSampleCountPercentiles,
      MetricName: inputs.metricName,
      Namespace: inputs.namespace,
      Period: inputs.period,
      Statistic: inputs.statistic as Statistic | undefined,
      ExtendedStatistic: inputs.extendedStatistic,
      Unit: inputs.unit as StandardUnit | undefined,
      Dimensions: dimensions(inputs.dimensions),
      Metrics: inputs.metricQueries?.map(metricQuery),
      Tags: inputs.tags && tagList(inputs.tags),
    }),
  );
}

function metricQuery(query: NonNullable<Inputs["metricQueries"]>[number]): MetricDataQuery {
  const { metric } = query;
  return {
    Id: query.id,
    Expression: query.expression,
    Label: query.label,
    Period: query.period,
    ReturnData: query.returnData,
    MetricStat: metric && {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.metricName,
        Dimensions: dimensions(metric.dimensions),
      },
      Period: metric.period,
      Stat: metric.stat,
      Unit: metric.unit as StandardUnit | undefined,
    },
  };
}

function dimensions(map: Readonly<Record<string, string>> | undefined): Dimension[] | undefined {
  return map && Object.entries(map).map(([Name, Value]) => ({ Name, Value }));
}
