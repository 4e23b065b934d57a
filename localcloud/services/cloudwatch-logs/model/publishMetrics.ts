import type { CallContext } from "../../../core/service";
import { servicePrincipal } from "../../../core/principal";
import { compileFilterPattern, type FilterPattern } from "./filterPattern";
import type { LogEvent, LogGroup, LogsStore, MetricFilterRule } from "../store";

const MINUTE_MS = 60_000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MAX_DATA_PER_CALL = 1000;

interface Datum {
  readonly MetricName: string | undefined;
  readonly Timestamp: Date;
  readonly Value: number;
  readonly Unit: string;
  readonly Dimensions?: readonly { Name: string; Value: string }[];
}

/** Publishes metric data for new events according to the group's metric filters. */
export async function publishMetrics(
  group: LogGroup,
  events: readonly LogEvent[],
  context: CallContext<LogsStore>,
): Promise<void> {
  for (const rule of group.metricFilters.values()) {
    const data = metricData(rule, events);
    for (let at = 0; at < data.length; at += MAX_DATA_PER_CALL)
      await putMetricData(rule, data.slice(at, at + MAX_DATA_PER_CALL), group, context);
  }
}

function metricData(rule: MetricFilterRule, events: readonly LogEvent[]): Datum[] {
  const pattern = compileFilterPattern(rule.pattern);
  const { metricName, defaultValue, unit = "None" } = rule.transformation;
  const matched: Datum[] = [];
  const quiet = new Set<number>();
  for (const event of events) quiet.add(Math.floor(event.timestamp / MINUTE_MS) * MINUTE_MS);
  for (const event of events) {
    if (!pattern.matches(event.message)) continue;
    quiet.delete(Math.floor(event.timestamp / MINUTE_MS) * MINUTE_MS);
    const datum = datumOf(rule, event, pattern);
    if (datum) matched.push(datum);
  }
  if (defaultValue === undefined) return matched;
  // A minute with events but without a match reports the default value.
  const defaults = [...quiet].map((minute) => ({
    MetricName: metricName,
    Timestamp: new Date(minute),
    Value: defaultValue,
    Unit: unit,
  }));
  return [...matched, ...defaults];
}

/** Returns the data of one match; none if the value is not a number or the event lacks a dimension. */
function datumOf(
  { transformation }: MetricFilterRule,
  { message, timestamp }: LogEvent,
  pattern: FilterPattern,
): Datum | undefined {
  const read = (text: string): string | undefined =>
    text.startsWith("$") ? pattern.extract(message, text) : text;
  const text = read(transformation.metricValue ?? "");
  const value = text === undefined || text.trim() === "" ? NaN : Number(text);
  if (Number.isNaN(value)) return undefined;
  const dimensions = Object.entries(transformation.dimensions ?? {}).map(([Name, selector]) => ({
    Name,
    Value: read(selector),
  }));
  const known = dimensions.filter((one): one is { Name: string; Value: string } => !!one.Value);
  if (known.length < dimensions.length) return undefined;
  return {
    MetricName: transformation.metricName,
    Timestamp: new Date(timestamp),
    Value: value,
    Unit: transformation.unit ?? "None",
    ...(known.length > 0 && { Dimensions: known }),
  };
}

/** Puts metric data. A failure must not fail the writing of logs; the call recorder shows it. */
async function putMetricData(
  rule: MetricFilterRule,
  data: readonly Datum[],
  group: LogGroup,
  { cloud, region, accountId }: CallContext<LogsStore>,
): Promise<void> {
  await cloud
    .call({
      service: "cloudwatch",
      operation: "PutMetricData",
      input: { Namespace: rule.transformation.metricNamespace, MetricData: data },
      principal: servicePrincipal("logs.amazonaws.com", group.arn, accountId),
      region,
    })
    .catch(() => undefined);
}
