import type {
  DeleteMethodCommandInput,
  GetMethodCommandInput,
  GetMethodCommandOutput,
  Method,
  PutMethodCommandInput,
  PutMethodCommandOutput,
  UpdateMethodCommandInput,
  UpdateMethodCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, conflict } from "../model/apiErrors";
import { methodOf, resourceOf, type Api } from "../store";
import { mapRule, valueListRule } from "../model/mapPatch";
import { operation, type Output } from "../model/operation";
import { patched, plainRefusals, replaceText, toBoolean, type PatchRule } from "../model/patch";

interface MethodId {
  restApiId: string | undefined;
  resourceId: string | undefined;
  httpMethod: string | undefined;
}

export const HTTP_METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];
const AUTHORIZATION_TYPES = ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"];

export const methodPath = ({ restApiId, resourceId, httpMethod }: MethodId): string =>
  `/restapis/${restApiId}/resources/${resourceId}/methods/${httpMethod}`;

export const putMethod = operation<PutMethodCommandInput, Output<PutMethodCommandOutput>>(
  "PUT",
  methodPath,
  (input, { store }) => {
    const resource = resourceOf(store, input);
    const httpMethod = checkHttpMethod(input.httpMethod);
    if (resource.methods.has(httpMethod)) throw conflict("Method already exists for this resource");
    const method: Method = {
      httpMethod,
      authorizationType: input.authorizationType,
      ...(input.authorizerId !== undefined && { authorizerId: input.authorizerId }),
      apiKeyRequired: input.apiKeyRequired ?? false,
      ...(input.operationName !== undefined && { operationName: input.operationName }),
      ...(input.requestValidatorId !== undefined && {
        requestValidatorId: input.requestValidatorId,
      }),
      ...nonEmpty("requestParameters", input.requestParameters),
      ...nonEmpty("requestModels", input.requestModels),
      ...(input.authorizationScopes?.length && {
        authorizationScopes: [...input.authorizationScopes],
      }),
    };
    checkMethod(store.api(input.restApiId), method);
    resource.methods.set(httpMethod, method);
    return structuredClone(method);
  },
);

export const getMethod = operation<GetMethodCommandInput, Output<GetMethodCommandOutput>>(
  "GET",
  methodPath,
  (input, { store }) => structuredClone(methodOf(store, input)),
);

export const updateMethod = operation<UpdateMethodCommandInput, Output<UpdateMethodCommandOutput>>(
  "PATCH",
  methodPath,
  (input, { store }) => {
    const old = methodOf(store, input);
    const method = patched(old, input.patchOperations, rules, plainRefusals, "updateMethodInput");
    if (method.authorizationType === "NONE" || method.authorizationType === "AWS_IAM")
      delete method.authorizerId;
    checkMethod(store.api(input.restApiId), method);
    resourceOf(store, input).methods.set(method.httpMethod ?? "", method);
    return structuredClone(method);
  },
);

export const deleteMethod = operation<DeleteMethodCommandInput, object>(
  "DELETE",
  methodPath,
  (input, { store }) => {
    methodOf(store, input);
    resourceOf(store, input).methods.delete(input.httpMethod ?? "");
    return {};
  },
);

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateMethod-Patch */
const rules: readonly PatchRule<Method>[] = [
  replaceText("/authorizationType", (method, value) => {
    method.authorizationType = value;
  }),
  replaceText("/authorizerId", (method, value) => {
    method.authorizerId = value;
  }),
  replaceText("/apiKeyRequired", (method, value) => {
    method.apiKeyRequired = toBoolean(value);
  }),
  replaceText("/operationName", (method, value) => {
    method.operationName = value;
  }),
  replaceText("/requestValidatorId", (method, value) => {
    method.requestValidatorId = value === "" ? undefined : value;
  }),
  mapRule("/requestParameters", {
    read: (method) => method.requestParameters,
    write: (method, map) => {
      method.requestParameters = map;
    },
    parse: toBoolean,
    missing: "Invalid parameter name specified",
  }),
  mapRule("/requestModels", {
    read: (method) => method.requestModels,
    write: (method, map) => {
      method.requestModels = map;
    },
    parse: (value) => value ?? "",
    missing: "Content-Type specified was not found",
  }),
  valueListRule("/authorizationScopes", {
    read: (method) => method.authorizationScopes,
    write: (method, list) => {
      method.authorizationScopes = list;
    },
  }),
];

function checkHttpMethod(httpMethod: string | undefined): string {
  if (httpMethod === undefined || !HTTP_METHODS.includes(httpMethod))
    throw badRequest(`Invalid HttpMethod specified. Valid options are ${HTTP_METHODS.join(",")}`);
  return httpMethod;
}

function checkMethod(api: Api, method: Method): void {
  const { authorizationType = "" } = method;
  if (!AUTHORIZATION_TYPES.includes(authorizationType))
    throw badRequest(
      `Invalid authorization type specified. Valid options are ${AUTHORIZATION_TYPES.join(", ")}`,
    );
  const authorizer = api.authorizers.get(method.authorizerId ?? "");
  const needed = { CUSTOM: ["TOKEN", "REQUEST"], COGNITO_USER_POOLS: ["COGNITO_USER_POOLS"] }[
    authorizationType
  ];
  if (needed && !needed.includes(authorizer?.type ?? ""))
    throw badRequest(
      "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    );
  if (
    method.requestValidatorId !== undefined &&
    !api.requestValidators.has(method.requestValidatorId)
  )
    throw badRequest("Invalid Request Validator identifier specified");
  for (const model of Object.values(method.requestModels ?? {}))
    if (!api.models.has(model)) throw badRequest(`Invalid model identifier specified: ${model}`);
  checkRequestParameters(Object.keys(method.requestParameters ?? {}));
}

function checkRequestParameters(parameters: readonly string[]): void {
  const names = parameters.map((parameter) => {
    const match = /^method\.request\.(?:querystring|header|path)\.(.+)$/.exec(parameter);
    if (!match) throw badRequest(`Invalid mapping expression specified: ${parameter}`);
    return match[1];
  });
  if (new Set(names).size < names.length)
    throw badRequest("Parameter names must be unique across querystring, header and path");
}

/** Returns the member if the map has entries; AWS omits empty maps. */
export function nonEmpty<Key extends string, Value>(
  key: Key,
  map: Record<string, Value> | undefined,
): { [name in Key]?: Record<string, Value> } {
  if (!map || Object.keys(map).length === 0) return {};
  // TypeScript types a computed key as string; here it can only be `key`.
  return { [key]: { ...map } } as { [name in Key]?: Record<string, Value> };
}
