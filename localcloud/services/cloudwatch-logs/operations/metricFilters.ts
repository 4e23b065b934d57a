import type {
  DeleteMetricFilterCommandInput,
  DeleteMetricFilterCommandOutput,
  DescribeMetricFiltersCommandInput,
  DescribeMetricFiltersCommandOutput,
  MetricFilter,
  MetricTransformation,
  PutMetricFilterCommandInput,
  PutMetricFilterCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { checkLength, checkPattern, checkRange, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import { compileFilterPattern } from "../model/filterPattern";
import { groupAccess } from "../model/logAccess";
import { getGroup, INVALID, invalidToken } from "../model/lookup";
import type { LogGroup, LogsOperation, LogsStore, MetricFilterRule } from "../store";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MAX_FILTERS = 100;
const MAX_DIMENSIONS = 3;

export const putMetricFilter: LogsOperation<
  PutMetricFilterCommandInput,
  PutMetricFilterCommandOutput
> = {
  access: (input, context) => groupAccess("PutMetricFilter", input, context),
  run(input, { store, clock }) {
    const name = required(input.filterName, "filterName", INVALID);
    checkLength(name, "filterName", { min: 1, max: 512 }, INVALID);
    checkPattern(name, "filterName", /^[^:*]*$/, INVALID);
    refuseUnsupported(input);
    const pattern = required(input.filterPattern, "filterPattern", INVALID);
    checkLength(pattern, "filterPattern", { min: 0, max: 1024 }, INVALID);
    compileFilterPattern(pattern);
    const transformations = required(input.metricTransformations, "metricTransformations", INVALID);
    checkLength(transformations, "metricTransformations", { min: 1, max: 1 }, INVALID);
    const transformation = checkTransformation(transformations[0]);
    const group = getGroup(input, store);
    if (group.groupClass !== "STANDARD")
      throw new AwsError(
        INVALID,
        `Metric filters are not supported for log groups of class ${group.groupClass}.`,
      );
    if (!group.metricFilters.has(name) && group.metricFilters.size >= MAX_FILTERS)
      throw new AwsError("LimitExceededException", "Resource limit exceeded.");
    const creationTime = clock.now();
    group.metricFilters.set(name, { name, pattern, transformation, creationTime });
    return {};
  },
};

export const deleteMetricFilter: LogsOperation<
  DeleteMetricFilterCommandInput,
  DeleteMetricFilterCommandOutput
> = {
  access: (input, context) => groupAccess("DeleteMetricFilter", input, context),
  run(input, { store }) {
    const name = required(input.filterName, "filterName", INVALID);
    if (!getGroup(input, store).metricFilters.delete(name))
      throw new AwsError(
        "ResourceNotFoundException",
        "The specified metric filter does not exist.",
      );
    return {};
  },
};

export const describeMetricFilters: LogsOperation<
  DescribeMetricFiltersCommandInput,
  DescribeMetricFiltersCommandOutput
> = {
  access: (input, context) =>
    groupAccess("DescribeMetricFilters", { logGroupName: input.logGroupName ?? "" }, context),
  run(input, { store }) {
    checkRange(input.limit, "limit", { min: 1, max: 50 }, INVALID);
    const { items, nextToken } = page(wantedFilters(input, store), {
      key: ({ group, rule }) => `${group.name}\n${rule.name}`,
      size: input.limit ?? 50,
      token: input.nextToken,
      invalidToken,
    });
    return {
      metricFilters: items.map(describe),
      ...(nextToken !== undefined && { nextToken }),
    };
  },
};

interface GroupRule {
  readonly group: LogGroup;
  readonly rule: MetricFilterRule;
}

function wantedFilters(input: DescribeMetricFiltersCommandInput, store: LogsStore): GroupRule[] {
  const groups =
    input.logGroupName === undefined ? [...store.groups.values()] : [getGroup(input, store)];
  return groups
    .flatMap((group) => [...group.metricFilters.values()].map((rule) => ({ group, rule })))
    .filter(
      ({ rule }) =>
        rule.name.startsWith(input.filterNamePrefix ?? "") &&
        (input.metricName === undefined || rule.transformation.metricName === input.metricName) &&
        (input.metricNamespace === undefined ||
          rule.transformation.metricNamespace === input.metricNamespace),
    );
}

function refuseUnsupported(input: PutMetricFilterCommandInput): void {
  const { applyOnTransformedLogs, fieldSelectionCriteria, emitSystemFieldDimensions } = input;
  if (applyOnTransformedLogs || fieldSelectionCriteria || emitSystemFieldDimensions?.length)
    throw new AwsError(
      INVALID,
      "The local cloud does not implement logs:PutMetricFilter with applyOnTransformedLogs, " +
        "fieldSelectionCriteria or emitSystemFieldDimensions.",
    );
}

function checkTransformation(transformation: MetricTransformation): MetricTransformation {
  const value = required(transformation.metricValue, "metricValue", INVALID);
  required(transformation.metricName, "metricName", INVALID);
  required(transformation.metricNamespace, "metricNamespace", INVALID);
  if (!value.startsWith("$") && Number.isNaN(Number(value)))
    throw new AwsError(INVALID, `Invalid metricValue: ${value}`);
  const dimensions = Object.keys(transformation.dimensions ?? {}).length;
  if (dimensions > MAX_DIMENSIONS)
    throw new AwsError(INVALID, "A metric filter can have at most 3 dimensions.");
  if (dimensions > 0 && transformation.defaultValue !== undefined)
    throw new AwsError(
      INVALID,
      "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
    );
  return transformation;
}

function describe({ group, rule }: GroupRule): MetricFilter {
  return {
    filterName: rule.name,
    filterPattern: rule.pattern,
    metricTransformations: [rule.transformation],
    creationTime: rule.creationTime,
    logGroupName: group.name,
  };
}
