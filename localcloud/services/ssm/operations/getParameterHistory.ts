import type {
  GetParameterHistoryCommandInput,
  GetParameterHistoryCommandOutput,
  ParameterHistory,
} from "@aws-sdk/client-ssm";
import { checkRange, required } from "../../../core/constraint";
import { page } from "../../../core/page";
import type { CallContext } from "../../../core/service";
import { decryptValue } from "../model/encryption";
import { getByName } from "../model/findParameter";
import { parameterAccess } from "../model/parameterAccess";
import { invalidToken } from "../model/parameterFilters";
import type { ParameterVersion, SsmOperation, SsmStore, StoredParameter } from "../store";

export const getParameterHistory: SsmOperation<
  GetParameterHistoryCommandInput,
  GetParameterHistoryCommandOutput
> = {
  access: (input, context) => [parameterAccess("GetParameterHistory", input.Name, context)],
  async run(input, context) {
    checkRange(input.MaxResults, "maxResults", { min: 1, max: 50 });
    const parameter = getByName(required(input.Name, "name"), context.store);
    const { items, nextToken } = page(parameter.versions, {
      key: ({ version }) => String(version).padStart(12, "0"),
      size: input.MaxResults ?? 50,
      token: input.NextToken,
      invalidToken,
    });
    return {
      Parameters: await Promise.all(
        items.map((version) => history(parameter, version, input.WithDecryption, context)),
      ),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

async function history(
  parameter: StoredParameter,
  version: ParameterVersion,
  withDecryption: boolean | undefined,
  context: CallContext<SsmStore>,
): Promise<ParameterHistory> {
  const decrypt = withDecryption && version.type === "SecureString";
  return {
    Name: parameter.name,
    Type: version.type,
    ...(version.keyId !== undefined && { KeyId: version.keyId }),
    LastModifiedDate: version.lastModifiedDate,
    LastModifiedUser: version.lastModifiedUser,
    ...(version.description !== undefined && { Description: version.description }),
    Value: decrypt ? await decryptValue(parameter, version, context) : version.value,
    ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
    Version: version.version,
    Labels: [...version.labels],
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  };
}
