import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type ComparisonOperator,
  type Dimension,
  type MetricAlarm,
  type MetricDataQuery,
  type StandardUnit,
  type Statistic,
} from "@aws-sdk/client-cloudwatch";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm";
import { client } from "../clients";
import { defineResource, tagChanges, tagList, tagOutputs, type Args } from "../define";
import type { ProviderContext, ResourceType } from "../types";

type Inputs = Args<MetricAlarmArgs>;

const metricAlarm = defineResource<Inputs>({
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  inputs: [
    "actionsEnabled",
    "alarmActions",
    "alarmDescription",
    "comparisonOperator",
    "datapointsToAlarm",
    "dimensions",
    "evaluateLowSampleCountPercentiles",
    "evaluationPeriods",
    "extendedStatistic",
    "insufficientDataActions",
    "metricName",
    "metricQueries",
    "name",
    "namespace",
    "okActions",
    "period",
    "statistic",
    "tags",
    "threshold",
    "thresholdMetricId",
    "treatMissingData",
    "unit",
  ],
  computed: ["evaluateLowSampleCountPercentiles"],
  autoname: { property: "name", maxLength: 255 },
  required: ["comparisonOperator", "evaluationPeriods"],
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  replaceOn: ["name"],
  async create(inputs, context) {
    await putAlarm(inputs, context);
    return inputs.name ?? "";
  },
  async read(id, _inputs, context) {
    const cloudWatch = client(CloudWatchClient, context);
    const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [id] }));
    const found = MetricAlarms?.[0];
    if (!found) return undefined;
    const { Tags } = await cloudWatch.send(
      new ListTagsForResourceCommand({ ResourceARN: found.AlarmArn }),
    );
    return { ...alarmOutputs(found), ...tagOutputs(Tags) };
  },
  async update(_id, news, olds, context) {
    const cloudWatch = client(CloudWatchClient, context);
    await putAlarm(news, context);
    // PutMetricAlarm ignores the tags of an existing alarm.
    const { set, remove } = tagChanges(olds.tags, news.tags);
    if (Object.keys(set).length + remove.length === 0) return;
    const { MetricAlarms } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [news.name ?? ""] }),
    );
    const ResourceARN = MetricAlarms?.[0]?.AlarmArn;
    if (Object.keys(set).length > 0)
      await cloudWatch.send(new TagResourceCommand({ ResourceARN, Tags: tagList(set) }));
    if (remove.length > 0)
      await cloudWatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: remove }));
  },
  async delete(id, _state, context) {
    await client(CloudWatchClient, context).send(new DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
});

export const CLOUDWATCH_RESOURCES: readonly ResourceType[] = [metricAlarm];

function alarmOutputs(found: MetricAlarm): Record<string, unknown> {
  return {
    name: found.AlarmName,
    arn: found.AlarmArn,
    actionsEnabled: found.ActionsEnabled,
    alarmActions: found.AlarmActions,
    alarmDescription: found.AlarmDescription,
    comparisonOperator: found.ComparisonOperator,
    datapointsToAlarm: found.DatapointsToAlarm,
    dimensions: dimensionMap(found.Dimensions),
    evaluateLowSampleCountPercentiles: found.EvaluateLowSampleCountPercentile,
    evaluationPeriods: found.EvaluationPeriods,
    extendedStatistic: found.ExtendedStatistic,
    insufficientDataActions: found.InsufficientDataActions,
    metricName: found.MetricName,
    metricQueries: found.Metrics?.length ? found.Metrics.map(metricQueryOutput) : undefined,
    namespace: found.Namespace,
    okActions: found.OKActions,
    period: found.Period,
    statistic: found.Statistic,
    threshold: found.Threshold,
    thresholdMetricId: found.ThresholdMetricId,
    treatMissingData: found.TreatMissingData ?? "missing",
    unit: found.Unit,
  };
}

function metricQueryOutput(query: MetricDataQuery): Record<string, unknown> {
  const { MetricStat: stat } = query;
  return defined({
    id: query.Id,
    expression: query.Expression,
    label: query.Label,
    period: query.Period,
    returnData: query.ReturnData || undefined,
    metric:
      stat &&
      defined({
        namespace: stat.Metric?.Namespace,
        metricName: stat.Metric?.MetricName,
        dimensions: dimensionMap(stat.Metric?.Dimensions),
        period: stat.Period,
        stat: stat.Stat,
        unit: stat.Unit,
      }),
  });
}

function dimensionMap(dimensions: Dimension[] | undefined): Record<string, string> | undefined {
  if (!dimensions?.length) return undefined;
  return Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));
}

function defined(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

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
      ThresholdMetricId: inputs.thresholdMetricId,
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
    // AWS treats an absent flag as true.
    ReturnData: query.returnData ?? false,
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
