import {
  DeleteMethodCommand,
  DeleteMethodResponseCommand,
  GetMethodCommand,
  GetMethodResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  UpdateMethodCommand,
  UpdateMethodResponseCommand,
  type PatchOperation,
} from "@aws-sdk/client-api-gateway";
import type { MethodArgs } from "@pulumi/aws/apigateway/method";
import type { MethodResponseArgs } from "@pulumi/aws/apigateway/methodResponse";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import { api, GONE, idParts } from "./client";
import { mapPatches, patches, valuePatches } from "./patch";
import { inputKey, key, identifier } from "./methodKey";

export const method = defineResource<Args<MethodArgs>>({
  token: "aws:apigateway/method:Method",
  inputs: [
    "apiKeyRequired",
    "authorization",
    "authorizationScopes",
    "authorizerId",
    "httpMethod",
    "operationName",
    "requestModels",
    "requestParameters",
    "requestValidatorId",
    "resourceId",
    "restApi",
  ],
  importKey: (id) => idParts(id, "restApi", "resourceId", "httpMethod"),
  required: ["authorization", "httpMethod", "resourceId", "restApi"],
  defaults: { apiKeyRequired: false },
  replaceOn: ["restApi", "resourceId", "httpMethod"],
  deleteBeforeReplace: true,
  async create(inputs, context) {
    await api(context).send(
      new PutMethodCommand({
        ...key(inputs),
        authorizationType: inputs.authorization,
        authorizerId: inputs.authorizerId,
        authorizationScopes: inputs.authorizationScopes,
        apiKeyRequired: inputs.apiKeyRequired,
        operationName: inputs.operationName,
        requestModels: inputs.requestModels,
        requestParameters: inputs.requestParameters,
        requestValidatorId: inputs.requestValidatorId,
      }),
    );
    return `agm-${identifier(inputs)}`;
  },
  read(_id, inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetMethodCommand(key(inputs)));
      return {
        ...inputKey(inputs),
        authorization: found.authorizationType,
        authorizerId: found.authorizerId,
        authorizationScopes: found.authorizationScopes,
        operationName: found.operationName,
        apiKeyRequired: found.apiKeyRequired ?? false,
        requestModels: found.requestModels,
        requestParameters: found.requestParameters,
        requestValidatorId: found.requestValidatorId,
      };
    });
  },
  async update(_id, news, olds, context) {
    const patchOperations: PatchOperation[] = [
      ...patches(news, olds, {
        authorization: "/authorizationType",
        authorizerId: "/authorizerId",
        apiKeyRequired: "/apiKeyRequired",
        operationName: "/operationName",
        requestValidatorId: "/requestValidatorId",
      }),
      ...mapPatches("/requestModels", olds.requestModels, news.requestModels),
      ...mapPatches(
        "/requestParameters",
        texts(olds.requestParameters),
        texts(news.requestParameters),
      ),
      ...valuePatches("/authorizationScopes", olds.authorizationScopes, news.authorizationScopes),
    ];
    if (patchOperations.length === 0) return;
    await api(context).send(new UpdateMethodCommand({ ...key(news), patchOperations }));
  },
  async delete(_id, state, context) {
    await ignoreGone(GONE, () => api(context).send(new DeleteMethodCommand(key(state))));
  },
});

export const methodResponse = defineResource<Args<MethodResponseArgs>>({
  token: "aws:apigateway/methodResponse:MethodResponse",
  inputs: [
    "httpMethod",
    "resourceId",
    "responseModels",
    "responseParameters",
    "restApi",
    "statusCode",
  ],
  importKey: (id) => idParts(id, "restApi", "resourceId", "httpMethod", "statusCode"),
  replaceOn: ["restApi", "resourceId", "httpMethod", "statusCode"],
  required: ["httpMethod", "resourceId", "restApi", "statusCode"],
  deleteBeforeReplace: true,
  async create(inputs, context) {
    const { statusCode, responseModels, responseParameters } = inputs;
    await api(context).send(
      new PutMethodResponseCommand({
        ...key(inputs),
        statusCode,
        responseModels,
        responseParameters,
      }),
    );
    return `agmr-${identifier(inputs)}-${statusCode}`;
  },
  read(_id, inputs, context) {
    return unlessGone(GONE, async () => {
      const { responseModels, responseParameters } = await api(context).send(
        new GetMethodResponseCommand({ ...key(inputs), statusCode: inputs.statusCode }),
      );
      return {
        ...inputKey(inputs),
        statusCode: inputs.statusCode,
        responseModels,
        responseParameters,
      };
    });
  },
  async update(_id, news, olds, context) {
    const patchOperations = [
      ...mapPatches("/responseModels", olds.responseModels, news.responseModels),
      ...mapPatches(
        "/responseParameters",
        texts(olds.responseParameters),
        texts(news.responseParameters),
      ),
    ];
    if (patchOperations.length === 0) return;
    await api(context).send(
      new UpdateMethodResponseCommand({
        ...key(news),
        statusCode: news.statusCode,
        patchOperations,
      }),
    );
  },
  async delete(_id, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new DeleteMethodResponseCommand({ ...key(state), statusCode: state.statusCode }),
      ),
    );
  },
});

/** Returns flags of parameters as texts, as patch operations need them. */
function texts(flags: Readonly<Record<string, boolean>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(flags ?? {}).map(([name, flag]) => [name, String(flag)]),
  );
}
