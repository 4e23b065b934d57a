import { AwsError } from "../../../core/errors";
import { checkNameForm, parseReference } from "./parameterName";
import {
  latestVersion,
  type ParameterVersion,
  type SsmStore,
  type StoredParameter,
} from "../store";

/** A parameter, and the version that a request selects. */
export interface FoundParameter {
  readonly parameter: StoredParameter;
  readonly version: ParameterVersion;
  /** `:3` or `:prod` if the request has one. */
  readonly selector?: string;
}

/**
 * Returns the parameter for `name`, `name:version`, `name:label` or an ARN.
 * @throws ParameterNotFound, ParameterVersionNotFound
 */
export function getStored(reference: string, store: SsmStore): FoundParameter {
  const { names, selector } = parseReference(reference);
  names.forEach(checkNameForm);
  const parameter = firstOf(names, store);
  if (!parameter) throw parameterNotFound();
  if (selector === undefined) return { parameter, version: latestVersion(parameter) };
  return { parameter, version: selectVersion(parameter, selector), selector: `:${selector}` };
}

/** Does the same as `getStored` but returns undefined instead of an error, and ignores the selector. */
export function findParameter(reference: string, store: SsmStore): StoredParameter | undefined {
  try {
    return firstOf(parseReference(reference).names, store);
  } catch {
    return undefined;
  }
}

/** Returns the parameter with exactly this name, for operations that accept no selector. */
export function getByName(name: string, store: SsmStore): StoredParameter {
  checkNameForm(name);
  const parameter = store.parameters.get(name);
  if (!parameter) throw parameterNotFound();
  return parameter;
}

/** Returns AWS's error for a missing parameter, which has no message. */
export function parameterNotFound(): AwsError {
  return new AwsError("ParameterNotFound", "");
}

export function versionNotFound(parameter: StoredParameter, version: number | string): AwsError {
  return new AwsError(
    "ParameterVersionNotFound",
    `Systems Manager could not find version ${version} of ${parameter.name}. ` +
      "Verify the version and try again.",
  );
}

function firstOf(names: readonly string[], store: SsmStore): StoredParameter | undefined {
  return names
    .map((name) => store.parameters.get(name) ?? store.publicParameter(name))
    .find((found) => found !== undefined);
}

function selectVersion(parameter: StoredParameter, selector: string): ParameterVersion {
  const isNumber = /^\d+$/.test(selector);
  const version = parameter.versions.find((one) =>
    isNumber ? one.version === Number(selector) : one.labels.has(selector),
  );
  if (version) return version;
  if (isNumber) throw versionNotFound(parameter, selector);
  throw new AwsError(
    "ParameterVersionNotFound",
    `Systems Manager could not find label ${selector} of ${parameter.name}. ` +
      "Verify the label and try again.",
  );
}
