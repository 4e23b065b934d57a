import type {
  DescribeParametersCommandInput,
  DescribeParametersCommandOutput,
  ParameterMetadata,
  ParametersFilter,
  ParameterStringFilter,
} from "@aws-sdk/client-ssm";
import { checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import { checkFilter, invalidToken, matchesFilter } from "../model/parameterFilters";
import { latestVersion, type SsmOperation, type StoredParameter } from "../store";

const FILTER_KEYS: readonly string[] = [
  "Path",
  "Name",
  "Type",
  "KeyId",
  "Tier",
  "DataType",
  "Label",
];

/** Has no resource-level permission in IAM: it is allowed on `*` or not at all. */
export const describeParameters: SsmOperation<
  DescribeParametersCommandInput,
  DescribeParametersCommandOutput
> = {
  run(input, { store }) {
    checkRange(input.MaxResults, "maxResults", { min: 1, max: 50 });
    if (input.Shared)
      throw new AwsError(
        "ValidationException",
        "The local cloud does not implement ssm:DescribeParameters with Shared.",
      );
    const filters = requestedFilters(input);
    for (const filter of filters) checkFilter(filter, FILTER_KEYS);
    const matching = [...store.parameters.values()].filter((parameter) =>
      filters.every((filter) => matchesFilter(parameter, latestVersion(parameter), filter)),
    );
    const { items, nextToken } = page(matching, {
      key: (parameter) => parameter.name,
      size: input.MaxResults ?? 50,
      token: input.NextToken,
      invalidToken,
    });
    return {
      Parameters: items.map(metadata),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

function requestedFilters(input: DescribeParametersCommandInput): ParameterStringFilter[] {
  if (input.Filters?.length && input.ParameterFilters?.length)
    throw new AwsError(
      "ValidationException",
      "You can use either Filters or ParameterFilters in a single request.",
    );
  return input.ParameterFilters ?? (input.Filters ?? []).map(legacyFilter);
}

/** Converts a filter of the older form: names by prefix, everything else by equality. */
function legacyFilter({ Key, Values }: ParametersFilter): ParameterStringFilter {
  return { Key, Values, Option: Key === "Name" ? "BeginsWith" : "Equals" };
}

function metadata(parameter: StoredParameter): ParameterMetadata {
  const version = latestVersion(parameter);
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: version.type,
    ...(version.keyId !== undefined && { KeyId: version.keyId }),
    LastModifiedDate: version.lastModifiedDate,
    LastModifiedUser: version.lastModifiedUser,
    ...(version.description !== undefined && { Description: version.description }),
    ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
    Version: version.version,
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  };
}
