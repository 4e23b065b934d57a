import type {
  ParameterTier,
  ParameterType,
  PutParameterCommandInput,
  PutParameterCommandOutput,
} from "@aws-sdk/client-ssm";
import { required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { principalArn } from "../../../core/principal";
import type { CallContext } from "../../../core/service";
import { DEFAULT_KEY, encryptValue } from "../model/encryption";
import { parameterAccess, requestTagValues } from "../model/parameterAccess";
import { checkNewName, parameterArn } from "../model/parameterName";
import { checkInput, checkPatternMatch, chooseTier } from "../model/putParameterChecks";
import {
  latestVersion,
  type ParameterVersion,
  type SsmOperation,
  type SsmStore,
  type StoredParameter,
} from "../store";
import { tagMap } from "./tags";

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html */
const MAX_VERSIONS = 100;
/** Quota of standard parameters in a region: https://docs.aws.amazon.com/general/latest/gr/ssm.html */
const MAX_PARAMETERS = 10_000;

export const putParameter: SsmOperation<PutParameterCommandInput, PutParameterCommandOutput> = {
  access(input, context) {
    const values = { ...requestTagValues(input.Tags), "ssm:Overwrite": `${!!input.Overwrite}` };
    const put = parameterAccess("PutParameter", input.Name, context, values);
    return input.Tags?.length
      ? [put, parameterAccess("AddTagsToResource", input.Name, context, values)]
      : [put];
  },

  async run(input, context) {
    const name = required(input.Name, "name");
    checkNewName(name, context);
    checkInput(input);
    const existing = context.store.parameters.get(name);
    checkExistence(input, existing, context.store);
    const previous = existing && latestVersion(existing);
    const type = input.Type ?? previous?.type;
    if (!type)
      throw new AwsError(
        "ValidationException",
        "A parameter type is required when you create a parameter.",
      );
    const tier = chooseTier(input, previous?.tier);
    checkPatternMatch(input);
    const tags = tagMap(input.Tags);
    const arn = parameterArn(name, context);
    const sealed = await sealValue(input, { arn, type, tier }, context);
    // While KMS encrypted the value, another call may have changed the parameter.
    const current = context.store.parameters.get(name);
    checkExistence(input, current, context.store);
    const parameter = current ?? { name, arn, versions: [], tags };
    dropOldest(parameter);
    parameter.versions.push(newVersion(input, { type, tier, ...sealed }, parameter, context));
    context.store.parameters.set(name, parameter);
    return { Version: latestVersion(parameter).version, Tier: tier };
  },
};

function checkExistence(
  input: PutParameterCommandInput,
  existing: StoredParameter | undefined,
  store: SsmStore,
): void {
  if (existing && !input.Overwrite)
    throw new AwsError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  if (!existing && store.parameters.size >= MAX_PARAMETERS)
    throw new AwsError(
      "ParameterLimitExceeded",
      "You have exceeded the number of parameters for this AWS account. Delete one or more parameters and try again.",
    );
}

async function sealValue(
  input: PutParameterCommandInput,
  target: { arn: string; type: ParameterType; tier: ParameterTier },
  context: CallContext<SsmStore>,
): Promise<{ value: string; keyId?: string }> {
  const value = required(input.Value, "value");
  if (target.type !== "SecureString") {
    if (input.KeyId !== undefined)
      throw new AwsError(
        "ValidationException",
        `KeyId is only used by parameters of type SecureString, not ${target.type}.`,
      );
    return { value };
  }
  const keyId = input.KeyId ?? DEFAULT_KEY;
  return { value: await encryptValue(value, { ...target, keyId }, context), keyId };
}

function newVersion(
  input: PutParameterCommandInput,
  made: { type: ParameterType; tier: ParameterTier; value: string; keyId?: string },
  parameter: StoredParameter,
  context: CallContext<SsmStore>,
): ParameterVersion {
  const previous = parameter.versions.length > 0 ? latestVersion(parameter) : undefined;
  return {
    ...made,
    version: (previous?.version ?? 0) + 1,
    dataType: input.DataType ?? previous?.dataType ?? "text",
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.AllowedPattern !== undefined && { allowedPattern: input.AllowedPattern }),
    lastModifiedDate: context.clock.date(),
    lastModifiedUser: principalArn(context.principal),
    labels: new Set(),
  };
}

/** Drops the oldest version when a 101st is added, unless it has a label. */
function dropOldest(parameter: StoredParameter): void {
  if (parameter.versions.length < MAX_VERSIONS) return;
  const [oldest] = parameter.versions;
  if (oldest.labels.size > 0)
    throw new AwsError(
      "ParameterMaxVersionLimitExceeded",
      `You attempted to create a new version of ${parameter.name} by calling the PutParameter API ` +
        `with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted ` +
        "because it has a label associated with it. Move the label to another version of the " +
        "parameter, and try again.",
    );
  parameter.versions.shift();
}
