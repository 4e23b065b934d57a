import type {
  ApiKey,
  CreateApiKeyCommandInput,
  CreateApiKeyCommandOutput,
  DeleteApiKeyCommandInput,
  GetApiKeyCommandInput,
  GetApiKeyCommandOutput,
  GetApiKeysCommandInput,
  GetApiKeysCommandOutput,
  UpdateApiKeyCommandInput,
  UpdateApiKeyCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, conflict, notFound, unsupportedOption } from "../model/apiErrors";
import { checkTags } from "../model/checkTags";
import { newApiId, newApiKeyValue } from "../model/identifiers";
import type { ApiGatewayStore } from "../store";
import { operation, type Output } from "../model/operation";
import { listPage } from "../model/paging";
import { patched, plainRefusals, replaceText, toBoolean, type PatchRule } from "../model/patch";

const MIN_VALUE_LENGTH = 20;
const MAX_VALUE_LENGTH = 128;

const path = ({ apiKey }: { apiKey: string | undefined }): string => `/apikeys/${apiKey}`;

export const createApiKey = operation<CreateApiKeyCommandInput, Output<CreateApiKeyCommandOutput>>(
  "POST",
  () => "/apikeys",
  (input, { store, clock }) => {
    if (input.stageKeys?.length) throw unsupportedOption("stageKeys; use a usage plan");
    checkTags(input.tags);
    const value = input.value ?? newApiKeyValue();
    checkValue(value);
    if ([...store.apiKeys.values()].some((key) => key.value === value))
      throw conflict("API Key already exists");
    const now = clock.date();
    const key: ApiKey = {
      id: newApiId(),
      value,
      ...(input.name !== undefined && { name: input.name }),
      ...(input.customerId !== undefined && { customerId: input.customerId }),
      ...(input.description !== undefined && { description: input.description }),
      // The API's default is a disabled key.
      enabled: input.enabled ?? false,
      createdDate: now,
      lastUpdatedDate: now,
      stageKeys: [],
      ...(input.tags && { tags: { ...input.tags } }),
    };
    store.apiKeys.set(key.id ?? "", key);
    return structuredClone(key);
  },
);

export const getApiKey = operation<GetApiKeyCommandInput, Output<GetApiKeyCommandOutput>>(
  "GET",
  path,
  ({ apiKey, includeValue }, { store }) => describe(keyOf(store, apiKey), includeValue),
);

export const getApiKeys = operation<GetApiKeysCommandInput, Output<GetApiKeysCommandOutput>>(
  "GET",
  () => "/apikeys",
  (input, { store }) => {
    const keys = [...store.apiKeys.values()]
      .filter(
        (key) =>
          (input.nameQuery === undefined || (key.name ?? "").startsWith(input.nameQuery)) &&
          (input.customerId === undefined || key.customerId === input.customerId),
      )
      .map((key) => describe(key, input.includeValues));
    return listPage(keys, input, ({ id }) => id ?? "");
  },
);

export const updateApiKey = operation<UpdateApiKeyCommandInput, Output<UpdateApiKeyCommandOutput>>(
  "PATCH",
  path,
  ({ apiKey, patchOperations }, { store, clock }) => {
    const key = patched(
      keyOf(store, apiKey),
      patchOperations,
      rules,
      plainRefusals,
      "updateApiKeyInput",
    );
    key.lastUpdatedDate = clock.date();
    store.apiKeys.set(key.id ?? "", key);
    return describe(key, false);
  },
);

export const deleteApiKey = operation<DeleteApiKeyCommandInput, object>(
  "DELETE",
  path,
  ({ apiKey }, { store }) => {
    const { id = "" } = keyOf(store, apiKey);
    store.apiKeys.delete(id);
    for (const plan of store.usagePlans.values()) plan.keyIds.delete(id);
    return {};
  },
);

export function keyOf(store: ApiGatewayStore, id: string | undefined): ApiKey {
  const key = store.apiKeys.get(id ?? "");
  if (!key) throw notFound("Invalid API Key identifier specified");
  return key;
}

/** The texts are quoted in https://github.com/hashicorp/terraform-provider-aws/pull/30894. */
function checkValue(value: string): void {
  if (value.length < MIN_VALUE_LENGTH)
    throw badRequest(`API Key value should be at least ${MIN_VALUE_LENGTH} characters`);
  if (value.length > MAX_VALUE_LENGTH)
    throw badRequest(`API Key value exceeds maximum size of ${MAX_VALUE_LENGTH} characters`);
}

const rules: readonly PatchRule<ApiKey>[] = [
  replaceText("/name", (key, value) => {
    key.name = value;
  }),
  replaceText("/description", (key, value) => {
    key.description = value;
  }),
  replaceText("/customerId", (key, value) => {
    key.customerId = value;
  }),
  replaceText("/enabled", (key, value) => {
    key.enabled = toBoolean(value);
  }),
];

function describe(key: ApiKey, includeValue: boolean | undefined): ApiKey {
  const { value, ...rest } = structuredClone(key);
  return { ...rest, tags: { ...key.tags }, ...(includeValue && { value }) };
}
