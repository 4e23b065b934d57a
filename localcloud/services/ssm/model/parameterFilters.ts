import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import { AwsError } from "../../../core/errors";
import type { ParameterVersion, StoredParameter } from "../store";

/**
 * Checks whether the parameter matches one filter.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
 * @throws InvalidFilterKey, InvalidFilterOption, InvalidFilterValue
 */
export function matchesFilter(
  parameter: StoredParameter,
  version: ParameterVersion,
  filter: ParameterStringFilter,
): boolean {
  const { Key: key = "", Values: values = [] } = filter;
  if (key === "Path")
    return values.some((path) => isUnder(parameter.name, path, filter.Option === "Recursive"));
  if (key.startsWith("tag:")) {
    const tag = parameter.tags.get(key.slice("tag:".length));
    return (
      tag !== undefined &&
      (values.length === 0 || values.some((value) => compare(tag, value, filter)))
    );
  }
  const actual = attribute(parameter, version, key);
  return values.some((value) => actual.some((one) => compare(one, value, filter)));
}

/** Refuses an invalid filter before any parameter is checked. */
export function checkFilter(filter: ParameterStringFilter, allowedKeys: readonly string[]): void {
  const { Key: key = "", Option: option, Values: values = [] } = filter;
  if (!allowedKeys.includes(key) && !/^tag:.+/.test(key))
    throw new AwsError(
      "InvalidFilterKey",
      `The following filter key is not valid: ${key}. Valid filter keys include: [${allowedKeys.join(", ")}].`,
    );
  const options =
    key === "Path"
      ? ["Recursive", "OneLevel"]
      : ["Equals", "BeginsWith", ...(key === "Name" ? ["Contains"] : [])];
  if (option !== undefined && !options.includes(option))
    throw new AwsError(
      "InvalidFilterOption",
      `The following filter option is not valid: ${option}. Valid options include: [${options.join(", ")}].`,
    );
  if (values.length === 0 && !key.startsWith("tag:"))
    throw new AwsError(
      "InvalidFilterValue",
      `The following filter values are missing : null for filter key ${key}.`,
    );
}

/** Checks whether a parameter is below a path; a name without a slash is at the root. */
export function isUnder(name: string, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  const full = name.startsWith("/") ? name : `/${name}`;
  if (!full.startsWith(prefix)) return false;
  return recursive || !full.slice(prefix.length).includes("/");
}

export function invalidToken(): AwsError {
  return new AwsError("InvalidNextToken", "The specified token isn't valid.");
}

function attribute(
  parameter: StoredParameter,
  version: ParameterVersion,
  key: string,
): readonly string[] {
  switch (key) {
    case "Name":
      return [parameter.name];
    case "Type":
      return [version.type];
    case "KeyId":
      return version.keyId === undefined ? [] : [version.keyId];
    case "Tier":
      return [version.tier];
    case "DataType":
      return [version.dataType];
    case "Label":
      return [...version.labels];
    default:
      return [];
  }
}

function compare(
  actual: string,
  value: string,
  { Option: option }: ParameterStringFilter,
): boolean {
  if (option === "BeginsWith") return actual.startsWith(value);
  if (option === "Contains") return actual.includes(value);
  return actual === value;
}
