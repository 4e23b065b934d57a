import {
  CreateApiKeyCommand,
  CreateAuthorizerCommand,
  DeleteApiKeyCommand,
  DeleteAuthorizerCommand,
  GetApiKeyCommand,
  GetAuthorizerCommand,
  UpdateApiKeyCommand,
  UpdateAuthorizerCommand,
  type AuthorizerType,
} from "@aws-sdk/client-api-gateway";
import type { ApiKeyArgs } from "@pulumi/aws/apigateway/apiKey";
import type { AuthorizerArgs } from "@pulumi/aws/apigateway/authorizer";
import { defineResource, ignoreGone, tagOutputs, unlessGone, type Args } from "../../define";
import { api, GONE, idParts, setTags } from "./client";
import { patches, valuePatches } from "./patch";

export const authorizer = defineResource<Args<AuthorizerArgs>>({
  token: "aws:apigateway/authorizer:Authorizer",
  inputs: [
    "authorizerCredentials",
    "authorizerResultTtlInSeconds",
    "authorizerUri",
    "identitySource",
    "identityValidationExpression",
    "name",
    "providerArns",
    "restApi",
    "type",
  ],
  autoname: { property: "name", maxLength: 128 },
  required: ["restApi"],
  defaults: {
    type: "TOKEN",
    identitySource: "method.request.header.Authorization",
    authorizerResultTtlInSeconds: 300,
  },
  replaceOn: ["restApi"],
  importKey: (id) => idParts(id, "restApi", "id"),
  async create(inputs, context) {
    const { id = "" } = await api(context).send(
      new CreateAuthorizerCommand({
        restApiId: String(inputs.restApi),
        name: inputs.name,
        type: inputs.type as AuthorizerType,
        providerARNs: inputs.providerArns,
        authorizerUri: inputs.authorizerUri,
        authorizerCredentials: inputs.authorizerCredentials,
        identitySource: inputs.identitySource,
        identityValidationExpression: inputs.identityValidationExpression,
        authorizerResultTtlInSeconds: inputs.authorizerResultTtlInSeconds,
      }),
    );
    return id;
  },
  read(id, { restApi }, context) {
    const authorizerId = id.split("/").at(-1);
    return unlessGone(GONE, async () => {
      const found = await api(context).send(
        new GetAuthorizerCommand({ restApiId: String(restApi), authorizerId }),
      );
      return {
        arn: `arn:aws:apigateway:${context.aws.region}::/restapis/${String(restApi)}/authorizers/${authorizerId}`,
        restApi,
        name: found.name,
        type: found.type,
        providerArns: found.providerARNs,
        authorizerUri: found.authorizerUri,
        authorizerCredentials: found.authorizerCredentials,
        identitySource: found.identitySource,
        identityValidationExpression: found.identityValidationExpression,
        authorizerResultTtlInSeconds: found.authorizerResultTtlInSeconds,
      };
    });
  },
  async update(authorizerId, news, olds, context) {
    const patchOperations = [
      ...patches(news, olds, {
        name: "/name",
        type: "/type",
        authorizerUri: "/authorizerUri",
        authorizerCredentials: "/authorizerCredentials",
        identitySource: "/identitySource",
        identityValidationExpression: "/identityValidationExpression",
        authorizerResultTtlInSeconds: "/authorizerResultTtlInSeconds",
      }),
      ...valuePatches("/providerARNs", olds.providerArns, news.providerArns),
    ];
    if (patchOperations.length === 0) return;
    await api(context).send(
      new UpdateAuthorizerCommand({
        restApiId: String(news.restApi),
        authorizerId,
        patchOperations,
      }),
    );
  },
  async delete(authorizerId, { restApi }, context) {
    await ignoreGone(GONE, () =>
      api(context).send(new DeleteAuthorizerCommand({ restApiId: String(restApi), authorizerId })),
    );
  },
});

export const apiKey = defineResource<Args<ApiKeyArgs>>({
  token: "aws:apigateway/apiKey:ApiKey",
  inputs: ["customerId", "description", "enabled", "name", "tags", "value"],
  computed: ["value"],
  autoname: { property: "name", maxLength: 255 },
  // The real provider sets this description if none is given.
  defaults: { description: "Managed by Pulumi", enabled: true },
  replaceOn: ["name", "value"],
  secretOutputs: ["value"],
  async create({ customerId, name, description, enabled, value, tags }, context) {
    const { id = "" } = await api(context).send(
      new CreateApiKeyCommand({ customerId, name, description, enabled, value, tags }),
    );
    return id;
  },
  read(id, _inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(
        new GetApiKeyCommand({ apiKey: id, includeValue: true }),
      );
      return {
        arn: `arn:aws:apigateway:${context.aws.region}::/apikeys/${id}`,
        customerId: found.customerId,
        name: found.name,
        description: found.description,
        value: found.value,
        enabled: found.enabled,
        createdDate: found.createdDate?.toISOString(),
        ...tagOutputs(found.tags),
      };
    });
  },
  async update(id, news, olds, context) {
    const patchOperations = patches(news, olds, {
      customerId: "/customerId",
      description: "/description",
      enabled: "/enabled",
    });
    if (patchOperations.length > 0)
      await api(context).send(new UpdateApiKeyCommand({ apiKey: id, patchOperations }));
    await setTags(`/apikeys/${id}`, olds.tags, news.tags, context);
  },
  async delete(id, _state, context) {
    await ignoreGone(GONE, () => api(context).send(new DeleteApiKeyCommand({ apiKey: id })));
  },
});
