import type {
  CreateRestApiCommandInput,
  CreateRestApiCommandOutput,
  DeleteRestApiCommandInput,
  EndpointConfiguration,
  GetRestApiCommandInput,
  GetRestApiCommandOutput,
  GetRestApisCommandInput,
  GetRestApisCommandOutput,
  RestApi,
  UpdateRestApiCommandInput,
  UpdateRestApiCommandOutput,
} from "@aws-sdk/client-api-gateway";
import {
  badRequest,
  enumViolation,
  unsupportedOption,
  validationException,
} from "../model/apiErrors";
import { checkTags } from "../model/checkTags";
import { newApiId } from "../model/identifiers";
import type { Api } from "../store";
import { defaultModels } from "./models";
import { operation, type Output } from "../model/operation";
import { listPage } from "../model/paging";
import { patched, plainRefusals } from "../model/patch";
import { checkCompressionSize, normalizePolicy, restApiRules } from "../model/restApiPatch";

const path = ({ restApiId }: { restApiId: string | undefined }): string => `/restapis/${restApiId}`;

export const createRestApi = operation<
  CreateRestApiCommandInput,
  Output<CreateRestApiCommandOutput>
>(
  "POST",
  () => "/restapis",
  (input, { store, clock }) => {
    if (!input.name) throw badRequest("API name is required");
    if (input.description === "") throw badRequest("Description cannot be an empty string");
    for (const option of ["cloneFrom", "securityPolicy", "endpointAccessMode"] as const)
      if (input[option] !== undefined) throw unsupportedOption(option);
    checkTags(input.tags);
    const id = newApiId();
    const rootResourceId = newApiId();
    const settings: RestApi = {
      id,
      name: input.name,
      ...(input.description !== undefined && { description: input.description }),
      createdDate: clock.date(),
      ...(input.version !== undefined && { version: input.version }),
      ...(input.binaryMediaTypes?.length && { binaryMediaTypes: [...input.binaryMediaTypes] }),
      ...(input.minimumCompressionSize !== undefined && {
        minimumCompressionSize: checkCompressionSize(input.minimumCompressionSize),
      }),
      apiKeySource: checkApiKeySource(input.apiKeySource),
      endpointConfiguration: endpointConfiguration(input.endpointConfiguration),
      ...(input.policy !== undefined && { policy: normalizePolicy(input.policy) }),
      ...(input.tags && { tags: { ...input.tags } }),
      disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
      rootResourceId,
    };
    const api: Api = {
      id,
      settings,
      rootResourceId,
      resources: new Map([[rootResourceId, { id: rootResourceId, methods: new Map() }]]),
      models: new Map(defaultModels().map((model) => [model.name ?? "", model])),
      requestValidators: new Map(),
      authorizers: new Map(),
      gatewayResponses: new Map(),
      deployments: new Map(),
      stages: new Map(),
    };
    store.apis.set(id, api);
    return structuredClone(settings);
  },
);

export const getRestApi = operation<GetRestApiCommandInput, Output<GetRestApiCommandOutput>>(
  "GET",
  path,
  ({ restApiId }, { store }) => withTags(store.api(restApiId).settings),
);

export const getRestApis = operation<GetRestApisCommandInput, Output<GetRestApisCommandOutput>>(
  "GET",
  () => "/restapis",
  (input, { store }) => {
    const settings = [...store.apis.values()].map((api) => structuredClone(api.settings));
    return listPage(settings, input, ({ id }) => id ?? "");
  },
);

export const updateRestApi = operation<
  UpdateRestApiCommandInput,
  Output<UpdateRestApiCommandOutput>
>("PATCH", path, ({ restApiId, patchOperations }, { store }) => {
  const api = store.api(restApiId);
  const input = "updateRestApiInput";
  api.settings = patched(api.settings, patchOperations, restApiRules, plainRefusals, input);
  return withTags(api.settings);
});

export const deleteRestApi = operation<DeleteRestApiCommandInput, object>(
  "DELETE",
  path,
  ({ restApiId }, { store }) => {
    const api = store.api(restApiId);
    const planned = [...store.usagePlans.values()].find((plan) =>
      plan.settings.apiStages?.some(({ apiId }) => apiId === api.id),
    );
    if (planned)
      throw badRequest(
        `Cannot delete the API because its stages are in the usage plan ${planned.id}.`,
      );
    store.apis.delete(api.id);
    return {};
  },
);

/** Adds the tags: unlike the creation, reads return an empty map if there are none. */
function withTags(settings: RestApi): RestApi {
  return { ...structuredClone(settings), tags: { ...settings.tags } };
}

function checkApiKeySource(source: RestApi["apiKeySource"]): RestApi["apiKeySource"] {
  const allowed = ["AUTHORIZER", "HEADER"];
  if (source !== undefined && !allowed.includes(source))
    throw validationException([enumViolation(source, "createRestApiInput.apiKeySource", allowed)]);
  return source ?? "HEADER";
}

function endpointConfiguration(given: EndpointConfiguration | undefined): EndpointConfiguration {
  if (given?.types?.length === 0)
    throw badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.");
  if ((given?.types?.length ?? 0) > 1)
    throw badRequest("Cannot create an api with multiple Endpoint Types.");
  const types = given?.types ?? ["EDGE"];
  const isPrivate = types[0] === "PRIVATE";
  if (isPrivate && given?.ipAddressType === "ipv4")
    throw badRequest("Only dualstack ipAddressType is supported for Private APIs.");
  return {
    types: [...types],
    ipAddressType: given?.ipAddressType ?? (isPrivate ? "dualstack" : "ipv4"),
    ...(given?.vpcEndpointIds?.length && { vpcEndpointIds: [...given.vpcEndpointIds] }),
  };
}
