import { type CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";

export const deploymentOnlyModule = true;

/** Milliseconds. Long enough for a run, its retry and the delay of the metrics. */
const LOOK_BACK = 5 * 60_000;

const MINUTE = 60_000;

/** One run may fail by chance; the next run repeats its work. */
const TOO_MANY = 2;

/**
 * Checks the controller's own recent runs in Lambda's `Errors` metric. A run that ends abruptly, for example in an
 * endless loop after an `await` or without memory, leaves no other trace.
 *
 * @throws Error when the controller's last runs failed more than once.
 */
export async function checkOwnRuns(
  cloudwatch: CloudWatchClient,
  { since, now }: { since: Date; now: Date },
): Promise<void> {
  const { AWS_LAMBDA_FUNCTION_NAME } = process.env;
  // Whole minutes, like the metrics: errors of the minute in which the canary began may be older than the canary.
  const start = Math.ceil(Math.max(since.getTime(), now.getTime() - LOOK_BACK) / MINUTE) * MINUTE;
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(start),
      // `since` comes from the clock of the computer that started the canary, which may be ahead.
      EndTime: new Date(Math.max(now.getTime(), start) + MINUTE),
      MetricDataQueries: [
        {
          Id: "errors",
          MetricStat: {
            Metric: {
              Namespace: "AWS/Lambda",
              MetricName: "Errors",
              Dimensions: [{ Name: "FunctionName", Value: AWS_LAMBDA_FUNCTION_NAME }],
            },
            Period: 60,
            Stat: "Sum",
          },
        },
      ],
    }),
  );
  const failed = (MetricDataResults.at(0)?.Values ?? []).reduce((a, b) => a + b, 0);
  if (failed < TOO_MANY) return;
  throw new Error(
    `the controller failed ${failed} times within ${LOOK_BACK / MINUTE} minutes, as its log says`,
  );
}
