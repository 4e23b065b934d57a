import type {
  LabelParameterVersionCommandInput,
  LabelParameterVersionCommandOutput,
  UnlabelParameterVersionCommandInput,
  UnlabelParameterVersionCommandOutput,
} from "@aws-sdk/client-ssm";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { getByName, versionNotFound } from "../model/findParameter";
import { parameterAccess } from "../model/parameterAccess";
import {
  latestVersion,
  type ParameterVersion,
  type SsmOperation,
  type StoredParameter,
} from "../store";

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html */
const MAX_LABELS = 10;

export const labelParameterVersion: SsmOperation<
  LabelParameterVersionCommandInput,
  LabelParameterVersionCommandOutput
> = {
  access: (input, context) => [parameterAccess("LabelParameterVersion", input.Name, context)],
  run(input, { store }) {
    const parameter = getByName(required(input.Name, "name"), store);
    const labels = checkLabels(input.Labels);
    const target = chosenVersion(parameter, input.ParameterVersion);
    const valid = labels.filter(isLabel);
    if (new Set([...target.labels, ...valid]).size > MAX_LABELS)
      throw new AwsError(
        "ParameterVersionLabelLimitExceeded",
        "A parameter version can have maximum 10 labels. " +
          "Move one or more labels to another version and try again.",
      );
    // A label is on one version only; labelling another version moves it.
    for (const version of parameter.versions)
      valid.forEach((label) => version.labels.delete(label));
    valid.forEach((label) => target.labels.add(label));
    return {
      InvalidLabels: labels.filter((label) => !isLabel(label)),
      ParameterVersion: target.version,
    };
  },
};

export const unlabelParameterVersion: SsmOperation<
  UnlabelParameterVersionCommandInput,
  UnlabelParameterVersionCommandOutput
> = {
  access: (input, context) => [parameterAccess("UnlabelParameterVersion", input.Name, context)],
  run(input, { store }) {
    const parameter = getByName(required(input.Name, "name"), store);
    const labels = checkLabels(input.Labels);
    const target = chosenVersion(parameter, required(input.ParameterVersion, "parameterVersion"));
    const removed = labels.filter((label) => target.labels.delete(label));
    return {
      RemovedLabels: removed,
      InvalidLabels: labels.filter((label) => !removed.includes(label)),
    };
  },
};

function chosenVersion(parameter: StoredParameter, number: number | undefined): ParameterVersion {
  if (number === undefined) return latestVersion(parameter);
  const version = parameter.versions.find((one) => one.version === number);
  if (!version) throw versionNotFound(parameter, number);
  return version;
}

function checkLabels(labels: readonly string[] | undefined): string[] {
  const given = required(labels, "labels");
  checkLength(given, "labels", { min: 1, max: MAX_LABELS });
  for (const label of given) checkLength(label, "labels", { min: 1, max: 100 });
  return [...new Set(given)];
}

function isLabel(label: string): boolean {
  return /^[a-zA-Z_.-][a-zA-Z0-9_.-]*$/.test(label) && !/^(aws|ssm)/i.test(label);
}
