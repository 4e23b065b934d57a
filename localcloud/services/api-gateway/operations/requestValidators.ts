import type {
  CreateRequestValidatorCommandInput,
  CreateRequestValidatorCommandOutput,
  DeleteRequestValidatorCommandInput,
  GetRequestValidatorCommandInput,
  GetRequestValidatorCommandOutput,
  GetRequestValidatorsCommandInput,
  GetRequestValidatorsCommandOutput,
  RequestValidator,
  UpdateRequestValidatorCommandInput,
  UpdateRequestValidatorCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, conflict, notFound } from "../model/apiErrors";
import { newId } from "../model/identifiers";
import type { ApiGatewayStore } from "../store";
import { operation, type Output } from "../model/operation";
import { listPage } from "../model/paging";
import { listingRefusals, patched, replaceText, toBoolean, type PatchRule } from "../model/patch";

interface ValidatorId {
  restApiId: string | undefined;
  requestValidatorId: string | undefined;
}

const listPath = ({ restApiId }: { restApiId: string | undefined }): string =>
  `/restapis/${restApiId}/requestvalidators`;
const path = (id: ValidatorId): string => `${listPath(id)}/${id.requestValidatorId}`;

export const createRequestValidator = operation<
  CreateRequestValidatorCommandInput,
  Output<CreateRequestValidatorCommandOutput>
>("POST", listPath, (input, { store }) => {
  const api = store.apis.get(input.restApiId ?? "");
  if (!api) throw badRequest("Invalid REST API identifier specified");
  const validator: RequestValidator = {
    id: newId(),
    ...(input.name !== undefined && { name: input.name }),
    validateRequestBody: input.validateRequestBody ?? false,
    validateRequestParameters: input.validateRequestParameters ?? false,
  };
  api.requestValidators.set(validator.id ?? "", validator);
  return { ...validator };
});

export const getRequestValidator = operation<
  GetRequestValidatorCommandInput,
  Output<GetRequestValidatorCommandOutput>
>("GET", path, (input, { store }) => ({ ...validatorOf(store, input) }));

export const getRequestValidators = operation<
  GetRequestValidatorsCommandInput,
  Output<GetRequestValidatorsCommandOutput>
>("GET", listPath, (input, { store }) => {
  const validators = [...store.api(input.restApiId).requestValidators.values()];
  return listPage(structuredClone(validators), input, ({ id }) => id ?? "");
});

export const updateRequestValidator = operation<
  UpdateRequestValidatorCommandInput,
  Output<UpdateRequestValidatorCommandOutput>
>("PATCH", path, (input, { store }) => {
  const validator = patched(
    validatorOf(store, input),
    input.patchOperations,
    rules,
    listingRefusals(["/name", "/validateRequestParameters", "/validateRequestBody"]),
    "updateRequestValidatorInput",
  );
  store.api(input.restApiId).requestValidators.set(validator.id ?? "", validator);
  return { ...validator };
});

export const deleteRequestValidator = operation<DeleteRequestValidatorCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    const validator = validatorOf(store, input);
    const api = store.api(input.restApiId);
    for (const resource of api.resources.values())
      for (const method of resource.methods.values())
        if (method.requestValidatorId === validator.id)
          throw conflict(
            `Cannot delete request validator '${validator.id}', is referenced in method request: ` +
              `${resource.id}/${method.httpMethod}`,
          );
    api.requestValidators.delete(validator.id ?? "");
    return {};
  },
);

const rules: readonly PatchRule<RequestValidator>[] = [
  replaceText("/name", (validator, value) => {
    if (!value) throw badRequest("Request Validator name cannot be blank");
    validator.name = value;
  }),
  replaceText("/validateRequestBody", (validator, value) => {
    validator.validateRequestBody = toBoolean(value);
  }),
  replaceText("/validateRequestParameters", (validator, value) => {
    validator.validateRequestParameters = toBoolean(value);
  }),
];

function validatorOf(store: ApiGatewayStore, id: ValidatorId): RequestValidator {
  const api = store.apis.get(id.restApiId ?? "");
  const validator = api?.requestValidators.get(id.requestValidatorId ?? "");
  if (!validator) throw notFound("Invalid Request Validator identifier specified");
  return validator;
}
