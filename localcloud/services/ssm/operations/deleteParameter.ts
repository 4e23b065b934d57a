import type {
  DeleteParameterCommandInput,
  DeleteParameterCommandOutput,
  DeleteParametersCommandInput,
  DeleteParametersCommandOutput,
} from "@aws-sdk/client-ssm";
import { checkLength, required } from "../../../core/constraint";
import { getByName } from "../model/findParameter";
import { parameterAccess } from "../model/parameterAccess";
import type { SsmOperation } from "../store";

export const deleteParameter: SsmOperation<
  DeleteParameterCommandInput,
  DeleteParameterCommandOutput
> = {
  access: (input, context) => [parameterAccess("DeleteParameter", input.Name, context)],
  run(input, { store }) {
    store.parameters.delete(getByName(required(input.Name, "name"), store).name);
    return {};
  },
};

export const deleteParameters: SsmOperation<
  DeleteParametersCommandInput,
  DeleteParametersCommandOutput
> = {
  access: (input, context) =>
    (input.Names ?? []).map((name) => parameterAccess("DeleteParameters", name, context)),
  run(input, { store }) {
    const names = required(input.Names, "names");
    checkLength(names, "names", { min: 1, max: 10 });
    const deleted = names.filter((name) => store.parameters.delete(name));
    return {
      DeletedParameters: deleted,
      InvalidParameters: names.filter((name) => !deleted.includes(name)),
    };
  },
};
