import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { completePoints, windowOf } from "./completePoints";
import type { MetricSource, RuleSource, ScalerConfig } from "./configuration";
import type { Datapoint, MetricRule, Series, Signal } from "./model";

export const deploymentOnlyModule = true;

export interface MetricClients {
  readonly cloudwatch: CloudWatchClient;
  readonly sqs: SQSClient;
}

/** Reads the datapoints of every rule, by rule name, in one call. */
export async function readSeries(
  clients: MetricClients,
  { settings, sources }: Pick<ScalerConfig, "settings" | "sources">,
  now: number,
): Promise<Record<string, Series>> {
  const { rules } = settings;
  const longest = Math.max(...rules.flatMap((rule) => signalsOf(rule).map(windowOf)));
  const answered = clients.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - longest * 1000),
      EndTime: new Date(now),
      ScanBy: "TimestampAscending",
      MetricDataQueries: rules.flatMap((rule, index) =>
        queriesOf(rule, sourceOf(rule, sources), index),
      ),
    }),
  );
  const [{ MetricDataResults = [] }, queues] = await Promise.all([
    answered,
    readQueues(clients.sqs, sources, now),
  ]);
  return Object.fromEntries(
    rules.map((rule, index) => {
      const read = (direction: Direction): Datapoint[] => {
        const signal = rule[direction];
        if (!signal) return [];
        const id = idOf(rule, index, direction);
        const points = pointsOf(MetricDataResults.find(({ Id }) => Id === id));
        const waiting = queues[rule.name];
        // The count from SQS is newer than the metric, and available while the metric sleeps.
        return [...completePoints(points, signal, now), ...(waiting ? [waiting] : [])].slice(
          -signal.of,
        );
      };
      return [rule.name, { out: read("out"), in: read("in") }];
    }),
  );
}

type Direction = "out" | "in";

function signalsOf(rule: MetricRule): Signal[] {
  return [rule.out, rule.in].filter((signal) => signal !== undefined);
}

/** Both directions of a rule share a query when their periods are equal. */
function idOf(rule: MetricRule, index: number, direction: Direction): string {
  const isShared = rule.out?.period === rule.in?.period;
  return isShared ? `r${index}` : `r${index}${direction}`;
}

function sourceOf({ name }: MetricRule, sources: ScalerConfig["sources"]): RuleSource {
  const source = sources[name];
  if (!source) throw new Error(`SOURCES does not say what the rule ${name} reads`);
  return source;
}

function queriesOf(rule: MetricRule, source: RuleSource, index: number): MetricDataQuery[] {
  const directions = (["out", "in"] as const).filter((direction) => rule[direction]);
  const ids = new Map(
    directions.map((direction) => [idOf(rule, index, direction), rule[direction]?.period ?? 60]),
  );
  return [...ids].flatMap(([id, period]) => queries(id, period, source));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html */
function queries(Id: string, Period: number, source: RuleSource): MetricDataQuery[] {
  if ("metric" in source) return [{ Id, MetricStat: statOf(source.metric, Period) }];
  const parts = Object.entries(source.metrics);
  // Ids must be unique in a request: the ids of an expression get a prefix.
  const Expression = parts.reduce(
    (text, [id]) => text.replace(new RegExp(`\\b${id}\\b`, "g"), `${Id}_${id}`),
    source.expression,
  );
  return [
    { Id, Expression, Period },
    ...parts.map(([id, metric]) => ({
      Id: `${Id}_${id}`,
      MetricStat: statOf(metric, Period),
      ReturnData: false,
    })),
  ];
}

function statOf(
  { namespace, metricName, dimensions, statistic }: MetricSource,
  Period: number,
): MetricDataQuery["MetricStat"] {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Metric: { Namespace: namespace, MetricName: metricName, Dimensions },
    Period,
    Stat: statistic,
  };
}

function pointsOf(result: MetricDataResult | undefined): Datapoint[] {
  const { Timestamps = [], Values = [] } = result ?? {};
  return Timestamps.flatMap((time, index) => {
    const value = Values[index];
    return value === undefined ? [] : [{ time: time.getTime(), value }];
  });
}

/** Reads the numbers of waiting messages, with the time of the present minute. */
async function readQueues(
  sqs: SQSClient,
  sources: ScalerConfig["sources"],
  now: number,
): Promise<Record<string, Datapoint>> {
  const read = Object.entries(sources).flatMap(([name, source]) =>
    "metric" in source && source.queueUrl !== undefined ? [{ name, url: source.queueUrl }] : [],
  );
  const points = read.map(async ({ name, url }) => {
    const input = {
      QueueUrl: url,
      AttributeNames: ["ApproximateNumberOfMessages" as const],
    };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(input));
    const time = Math.floor(now / 60_000) * 60_000;
    return [name, { time, value: Number(Attributes?.ApproximateNumberOfMessages ?? 0) }] as const;
  });
  return Object.fromEntries(await Promise.all(points));
}
