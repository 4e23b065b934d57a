import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import type { VersionCalls } from "./decideCanary";

export const deploymentOnlyModule = true;

/** Milliseconds. Older calls say little about a version now, and would be slow to read each minute. */
const LOOK_BACK = 60 * 60_000;
const MINUTE = 60_000;

/** Which calls are counted: those of these versions through one alias. */
export interface CallsQuery {
  readonly functionName: string;
  readonly alias: string;
  readonly versions: readonly [string, string];
  readonly since: Date;
  readonly now: Date;
}

/**
 * Reads the calls and errors of both versions of a weighted alias, in the last hour but not before `since`.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html (dimension ExecutedVersion)
 */
export async function readVersionCalls(
  cloudwatch: CloudWatchClient,
  query: CallsQuery,
): Promise<[VersionCalls, VersionCalls]> {
  const { now, since, versions } = query;
  // Whole minutes, like the metrics: calls of the minute before the change had the old weight.
  const start = toMinute(Math.max(since.getTime(), now.getTime() - LOOK_BACK));
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(start),
      EndTime: new Date(Math.max(toMinute(now.getTime()), start + MINUTE)),
      MetricDataQueries: versions.flatMap((version, index) => [
        metric(`invocations${index}`, "Invocations", version, query),
        metric(`errors${index}`, "Errors", version, query),
      ]),
    }),
  );
  const sum = (id: string): number =>
    (MetricDataResults.find(({ Id }) => Id === id)?.Values ?? []).reduce((a, b) => a + b, 0);
  const callsOf = (index: 0 | 1): VersionCalls => ({
    version: versions[index],
    invocations: sum(`invocations${index}`),
    errors: sum(`errors${index}`),
  });
  return [callsOf(0), callsOf(1)];
}

function toMinute(time: number): number {
  return Math.ceil(time / MINUTE) * MINUTE;
}

function metric(
  Id: string,
  MetricName: string,
  version: string,
  { functionName, alias }: CallsQuery,
): MetricDataQuery {
  return {
    Id,
    MetricStat: {
      Metric: {
        Namespace: "AWS/Lambda",
        MetricName,
        Dimensions: [
          { Name: "FunctionName", Value: functionName },
          { Name: "Resource", Value: `${functionName}:${alias}` },
          { Name: "ExecutedVersion", Value: version },
        ],
      },
      Period: 60,
      Stat: "Sum",
    },
  };
}
