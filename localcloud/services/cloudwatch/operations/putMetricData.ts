import type {
  MetricDatum,
  PutMetricDataCommandInput,
  PutMetricDataCommandOutput,
} from "@aws-sdk/client-cloudwatch";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { Sample } from "../model/aggregate";
import { checkDimensions } from "../model/dimensions";
import { metricId } from "../model/metrics";
import type { CloudwatchOperation } from "../store";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MAX_DATA = 1000;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const MAX_VALUES = 150;
const MAX_MAGNITUDE = 2 ** 360;
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;

const UNITS = new Set(
  ["Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"].concat(
    ["Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"].flatMap(perSecond),
    ["Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"].flatMap(perSecond),
  ),
);

export const putMetricData: CloudwatchOperation<
  PutMetricDataCommandInput,
  PutMetricDataCommandOutput
> = {
  // AWS services report their own metrics; the account's policies do not apply to that.
  access: (input, { principal }) =>
    principal.type === "service"
      ? []
      : [
          {
            action: "cloudwatch:PutMetricData",
            resource: "*",
            context: { "cloudwatch:namespace": input.Namespace ?? "" },
          },
        ],
  run(input, { store, clock, principal }) {
    const namespace = checkNamespace(input.Namespace, principal.type === "service");
    if (input.EntityMetricData?.length)
      throw invalid("The local cloud does not implement PutMetricData with EntityMetricData.");
    const data = required(input.MetricData, "metricData");
    checkLength(data, "metricData", { min: 0, max: MAX_DATA });
    const now = clock.now();
    // A request is stored only if all of its data is valid.
    const checked = data.map((datum, index) =>
      checkDatum(datum, `MetricData.member.${index + 1}`, now),
    );
    for (const { datum, ...one } of checked)
      store.metrics.add(
        metricId(namespace, datum.MetricName, datum.Dimensions),
        datum.Unit ?? "None",
        one,
        now,
      );
    return {};
  },
};

function checkNamespace(namespace: string | undefined, byService: boolean): string {
  const text = required(namespace, "namespace");
  checkLength(text, "namespace", { min: 1, max: 255 });
  if (text.startsWith(":") || /[^\x20-\x7e]/.test(text))
    throw invalid(`The value ${text} for parameter Namespace is invalid.`);
  // Only AWS services may write to AWS/ namespaces.
  if (text.startsWith("AWS/") && !byService)
    throw invalid("The value AWS/ for parameter Namespace is invalid.");
  return text;
}

interface CheckedDatum {
  readonly datum: MetricDatum;
  readonly timestamp: number;
  readonly sample: Sample;
  readonly resolution: 1 | 60;
}

function checkDatum(datum: MetricDatum, member: string, now: number): CheckedDatum {
  const name = required(datum.MetricName, `${member}.MetricName`);
  checkLength(name, `${member}.MetricName`, { min: 1, max: 255 });
  checkDimensions(datum.Dimensions, member);
  if (datum.Unit !== undefined && !UNITS.has(datum.Unit))
    throw invalid(`The value ${datum.Unit} for parameter ${member}.Unit is invalid.`);
  const { StorageResolution: resolution = 60 } = datum;
  if (resolution !== 1 && resolution !== 60)
    throw invalid(
      `The value ${resolution} for parameter ${member}.StorageResolution is invalid. Valid values are 1 and 60.`,
    );
  const timestamp = datum.Timestamp?.getTime() ?? now;
  if (timestamp < now - OLDEST_MS)
    throw invalid(
      `The parameter ${member}.Timestamp must specify a time within the past two weeks.`,
    );
  if (timestamp > now + NEWEST_MS)
    throw invalid(
      `The parameter ${member}.Timestamp must specify a time no more than two hours in the future.`,
    );
  return { datum, timestamp, resolution, sample: checkSample(datum, member) };
}

function checkSample(datum: MetricDatum, member: string): Sample {
  const { Value: value, Values: values, StatisticValues: set, Counts: counts } = datum;
  const given = Object.entries({ Value: value, Values: values, StatisticValues: set })
    .filter(([, one]) => one !== undefined)
    .map(([name]) => name);
  if (given.length > 1)
    throw new AwsError(
      "InvalidParameterCombinationException",
      `The parameters ${member}.${given[0]} and ${member}.${given[1]} are mutually exclusive and you have specified both.`,
    );
  if (value !== undefined)
    return { kind: "values", values: [checkNumber(value, `${member}.Value`)], counts: [1] };
  if (set) return checkSet(set, member);
  if (!values)
    throw new AwsError(
      "MissingRequiredParameterException",
      `The parameter ${member} must contain Value, Values or StatisticValues.`,
    );
  checkLength(values, `${member}.Values`, { min: 1, max: MAX_VALUES });
  if (counts && counts.length !== values.length)
    throw invalid(`The parameters ${member}.Values and ${member}.Counts must be of the same size.`);
  return {
    kind: "values",
    values: values.map((one) => checkNumber(one, `${member}.Values`)),
    counts: (counts ?? values.map(() => 1)).map((one) => checkCount(one, `${member}.Counts`)),
  };
}

function checkSet(set: NonNullable<MetricDatum["StatisticValues"]>, member: string): Sample {
  const read = (name: "SampleCount" | "Sum" | "Minimum" | "Maximum"): number =>
    checkNumber(
      required(set[name], `${member}.StatisticValues.${name}`),
      `${member}.StatisticValues.${name}`,
    );
  const [min, max] = [read("Minimum"), read("Maximum")];
  const count = checkCount(read("SampleCount"), `${member}.StatisticValues.SampleCount`);
  if (min > max)
    throw invalid(
      `The parameter ${member}.StatisticValues.Maximum must be greater than ${member}.StatisticValues.Minimum.`,
    );
  return { kind: "set", count, sum: read("Sum"), min, max };
}

function checkNumber(value: number, member: string): number {
  if (Number.isFinite(value) && Math.abs(value) <= MAX_MAGNITUDE) return value;
  throw invalid(`The value ${value} for parameter ${member} is invalid.`);
}

function checkCount(value: number, member: string): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw invalid(`The value ${value} for parameter ${member} is invalid.`);
}

function perSecond(unit: string): string[] {
  return [unit, `${unit}/Second`];
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}
