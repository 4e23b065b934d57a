import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { UploadStatus } from "./status";

export const deploymentOnlyModule = true;

/** `source` of the events for EventBridge rules, with `detail-type` "App deployed", "App rejected" or "App removed". */
export const EVENT_SOURCE = "aws-callbacks.zip-to-lambda-pipeline";

/** CloudWatch namespace of the pipeline's own metrics. */
export const NAMESPACE = "ZipToLambdaPipeline";

/** Sends the result of an upload to EventBridge. A retry sends it again. */
export async function sendEvent(
  events: EventBridgeClient,
  pipeline: string,
  status: UploadStatus,
): Promise<void> {
  const { FailedEntryCount, Entries = [] } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          Source: EVENT_SOURCE,
          DetailType: `App ${status.state}`,
          Detail: JSON.stringify({ pipeline, ...status }),
        },
      ],
    }),
  );
  if (FailedEntryCount) throw new Error(`EventBridge did not take it: ${Entries[0]?.ErrorMessage}`);
}

/**
 * Counts a result as a line of the log in the embedded metric format: that needs no API call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine(
  pipeline: string,
  outcome: "Deployed" | "Rejected" | "Superseded" | "Removed",
  now: number,
  facts: object,
): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [["Pipeline"]],
          Metrics: [{ Name: outcome, Unit: "Count" }],
        },
      ],
    },
    Pipeline: pipeline,
    [outcome]: 1,
    ...facts,
  });
}
