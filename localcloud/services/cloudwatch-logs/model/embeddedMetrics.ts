import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import type { CallContext } from "../../../core/service";
import { AwsError } from "../../../core/errors";
import { servicePrincipal } from "../../../core/principal";
import type { LogEvent, LogsStore } from "../store";

/**
 * A log line that contains metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
interface EmbeddedLine {
  readonly _aws?: {
    readonly Timestamp?: unknown;
    readonly CloudWatchMetrics?: readonly Directive[];
  };
}

interface Directive {
  readonly Namespace?: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name?: string; readonly Unit?: MetricDatum["Unit"] }[];
}

/** Publishes the metrics embedded in events. Lines without metrics, or with invalid ones, are ordinary log lines. */
export async function publishEmbedded(
  events: readonly LogEvent[],
  context: CallContext<LogsStore>,
): Promise<void> {
  for (const { message } of events) {
    const line = readLine(message);
    if (!line) continue;
    for (const directive of line._aws?.CloudWatchMetrics ?? []) {
      const MetricData = dataOf(directive, line);
      if (MetricData.length > 0) await put(directive.Namespace ?? "", MetricData, context);
    }
  }
}

function readLine(message: string): EmbeddedLine | undefined {
  if (!message.startsWith("{") || !message.includes('"_aws"')) return undefined;
  try {
    const line = JSON.parse(message) as EmbeddedLine;
    return Array.isArray(line._aws?.CloudWatchMetrics) ? line : undefined;
  } catch {
    return undefined;
  }
}

function dataOf({ Dimensions = [[]], Metrics = [] }: Directive, line: EmbeddedLine): MetricDatum[] {
  const fields = line as Readonly<Record<string, unknown>>;
  const Timestamp = new Date(Number(line._aws?.Timestamp));
  return Dimensions.flatMap((names) =>
    Metrics.flatMap(({ Name = "", Unit = "None" }) => {
      const values = [fields[Name]].flat().filter((value) => typeof value === "number");
      if (values.length === 0) return [];
      const named = names.map((one) => ({ Name: one, Value: String(fields[one]) }));
      return [{ MetricName: Name, Timestamp, Values: values, Unit, Dimensions: named }];
    }),
  );
}

async function put(
  Namespace: string,
  MetricData: MetricDatum[],
  { cloud, region }: CallContext<LogsStore>,
): Promise<void> {
  try {
    await cloud.call({
      service: "cloudwatch",
      operation: "PutMetricData",
      input: { Namespace, MetricData },
      principal: servicePrincipal("logs.amazonaws.com"),
      region,
    });
  } catch (error) {
    // As on AWS, metrics that CloudWatch refuses are lost, but the line is kept.
    if (!(error instanceof AwsError)) throw error;
  }
}
