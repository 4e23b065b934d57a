import type {
  GetParameterCommandInput,
  GetParameterCommandOutput,
  GetParametersCommandInput,
  GetParametersCommandOutput,
  Parameter,
} from "@aws-sdk/client-ssm";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { CallContext } from "../../../core/service";
import { decryptValue } from "../model/encryption";
import { getStored, type FoundParameter } from "../model/findParameter";
import { parameterAccess } from "../model/parameterAccess";
import type { SsmOperation, SsmStore } from "../store";

export const getParameter: SsmOperation<GetParameterCommandInput, GetParameterCommandOutput> = {
  access: (input, context) => [parameterAccess("GetParameter", input.Name, context)],
  async run(input, context) {
    const found = getStored(required(input.Name, "name"), context.store);
    return { Parameter: await readParameter(found, input.WithDecryption, context) };
  },
};

export const getParameters: SsmOperation<GetParametersCommandInput, GetParametersCommandOutput> = {
  access: (input, context) =>
    (input.Names ?? []).map((name) => parameterAccess("GetParameters", name, context)),
  async run(input, context) {
    const names = required(input.Names, "names");
    checkLength(names, "names", { min: 1, max: 10 });
    const found: FoundParameter[] = [];
    const invalid: string[] = [];
    for (const name of names) {
      const one = findOne(name, context.store);
      if (one) found.push(one);
      else invalid.push(name);
    }
    return {
      Parameters: await Promise.all(
        found.map((one) => readParameter(one, input.WithDecryption, context)),
      ),
      InvalidParameters: invalid,
    };
  },
};

/**
 * Returns a parameter as the Get operations show it. A SecureString stays encrypted unless decryption is requested.
 */
export async function readParameter(
  { parameter, version, selector }: FoundParameter,
  withDecryption: boolean | undefined,
  context: CallContext<SsmStore>,
): Promise<Parameter> {
  const decrypt = withDecryption && version.type === "SecureString";
  return {
    Name: parameter.name,
    Type: version.type,
    Value: decrypt ? await decryptValue(parameter, version, context) : version.value,
    Version: version.version,
    ...(selector !== undefined && { Selector: selector }),
    LastModifiedDate: version.lastModifiedDate,
    ARN: parameter.arn,
    DataType: version.dataType,
  };
}

/** Finds a parameter. Unlike GetParameter, GetParameters lists missing names instead of failing. */
function findOne(name: string, store: SsmStore): FoundParameter | undefined {
  try {
    return getStored(name, store);
  } catch (error) {
    if (error instanceof AwsError && error.code !== "ValidationException") return undefined;
    throw error;
  }
}
