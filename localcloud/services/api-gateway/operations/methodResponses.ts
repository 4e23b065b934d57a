import type {
  DeleteMethodResponseCommandInput,
  GetMethodResponseCommandInput,
  GetMethodResponseCommandOutput,
  Method,
  MethodResponse,
  PutMethodResponseCommandInput,
  PutMethodResponseCommandOutput,
  UpdateMethodResponseCommandInput,
  UpdateMethodResponseCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, conflict, notFound, validationException } from "../model/apiErrors";
import { methodOf, type Api } from "../store";
import { without } from "../model/without";
import { mapRule } from "../model/mapPatch";
import { methodPath, nonEmpty } from "./methods";
import { operation, type Output } from "../model/operation";
import { patched, plainRefusals, toBoolean, type PatchRule } from "../model/patch";

interface MethodResponseId {
  restApiId: string | undefined;
  resourceId: string | undefined;
  httpMethod: string | undefined;
  statusCode: string | undefined;
}

const path = (id: MethodResponseId): string => `${methodPath(id)}/responses/${id.statusCode}`;

export const putMethodResponse = operation<
  PutMethodResponseCommandInput,
  Output<PutMethodResponseCommandOutput>
>("PUT", path, (input, { store }) => {
  const method = methodOf(store, input);
  const statusCode = checkStatusCode(input.statusCode);
  if (method.methodResponses?.[statusCode])
    throw conflict("Response already exists for this resource");
  const response: MethodResponse = {
    statusCode,
    ...nonEmpty("responseParameters", input.responseParameters),
    ...nonEmpty("responseModels", input.responseModels),
  };
  checkResponse(store.api(input.restApiId), response);
  method.methodResponses = { ...method.methodResponses, [statusCode]: response };
  return structuredClone(response);
});

export const getMethodResponse = operation<
  GetMethodResponseCommandInput,
  Output<GetMethodResponseCommandOutput>
>("GET", path, (input, { store }) =>
  structuredClone(responseOf(methodOf(store, input), input.statusCode)),
);

export const updateMethodResponse = operation<
  UpdateMethodResponseCommandInput,
  Output<UpdateMethodResponseCommandOutput>
>("PATCH", path, (input, { store }) => {
  const statusCode = checkStatusCode(input.statusCode);
  const method = methodOf(store, input);
  const response = patched(
    responseOf(method, statusCode),
    input.patchOperations,
    rules,
    plainRefusals,
    "updateMethodResponseInput",
  );
  checkResponse(store.api(input.restApiId), response);
  method.methodResponses = { ...method.methodResponses, [statusCode]: response };
  return structuredClone(response);
});

export const deleteMethodResponse = operation<DeleteMethodResponseCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    const method = methodOf(store, input);
    responseOf(method, input.statusCode);
    const rest = without(method.methodResponses, input.statusCode ?? "");
    method.methodResponses = Object.keys(rest).length > 0 ? rest : undefined;
    return {};
  },
);

const rules: readonly PatchRule<MethodResponse>[] = [
  mapRule("/responseParameters", {
    read: (response) => response.responseParameters,
    write: (response, map) => {
      response.responseParameters = map;
    },
    parse: toBoolean,
    missing: "Invalid parameter name specified",
  }),
  mapRule("/responseModels", {
    read: (response) => response.responseModels,
    write: (response, map) => {
      response.responseModels = map;
    },
    parse: (value) => value ?? "",
    missing: "Content-Type specified was not found",
  }),
];

function responseOf(method: Method, statusCode: string | undefined): MethodResponse {
  const response = method.methodResponses?.[statusCode ?? ""];
  if (!response) throw notFound("Invalid Response status code specified");
  return response;
}

/** Checks that a response's status code has three digits and starts with 1 to 5. */
export function checkStatusCode(statusCode: string | undefined): string {
  if (statusCode === undefined || !/^[1-5]\d\d$/.test(statusCode))
    throw validationException([
      `Value '${statusCode}' at 'statusCode' failed to satisfy constraint: ` +
        "Member must satisfy regular expression pattern: [1-5]\\d\\d",
    ]);
  return statusCode;
}

function checkResponse(api: Api, response: MethodResponse): void {
  for (const model of Object.values(response.responseModels ?? {}))
    if (!api.models.has(model)) throw badRequest(`Invalid model identifier specified: ${model}`);
  for (const parameter of Object.keys(response.responseParameters ?? {}))
    if (!/^method\.response\.header\.[^.\s]+$/.test(parameter))
      throw badRequest(`Invalid mapping expression parameter specified: ${parameter}`);
}
