import {
  CreateApiKeyCommand,
  CreateAuthorizerCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteAuthorizerCommand,
  DeleteUsagePlanCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetAuthorizerCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  UpdateApiKeyCommand,
  UpdateAuthorizerCommand,
  UpdateUsagePlanCommand,
  type AuthorizerType,
  type PatchOperation,
  type QuotaPeriodType,
} from "@aws-sdk/client-api-gateway";
import type { ApiKeyArgs } from "@pulumi/aws/apigateway/apiKey";
import type { AuthorizerArgs } from "@pulumi/aws/apigateway/authorizer";
import type { UsagePlanArgs } from "@pulumi/aws/apigateway/usagePlan";
import type { UsagePlanKeyArgs } from "@pulumi/aws/apigateway/usagePlanKey";
import { defineResource, ignoreGone, tagOutputs, unlessGone, type Args } from "../define";
import type { ResourceType } from "../types";
import { api, GONE, idParts, setTags } from "./apiGatewayClient";
import { listPatches, patches } from "./apiGatewayPatch";

const authorizer = defineResource<Args<AuthorizerArgs>>({
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
      ...listPatches("/providerARNs", olds.providerArns, news.providerArns),
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

const apiKey = defineResource<Args<ApiKeyArgs>>({
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

const usagePlan = defineResource<Args<UsagePlanArgs>>({
  token: "aws:apigateway/usagePlan:UsagePlan",
  inputs: [
    "apiStages",
    "description",
    "name",
    "productCode",
    "quotaSettings",
    "tags",
    "throttleSettings",
  ],
  autoname: { property: "name", maxLength: 255 },
  check: ({ apiStages }) =>
    apiStages?.some(({ throttles }) => throttles?.length)
      ? [{ property: "apiStages", reason: "throttles of single methods are not supported here" }]
      : [],
  async create(inputs, context) {
    const { throttleSettings: throttle, quotaSettings: quota } = inputs;
    const { id = "" } = await api(context).send(
      new CreateUsagePlanCommand({
        name: inputs.name,
        description: inputs.description,
        apiStages: inputs.apiStages?.map(({ apiId, stage }) => ({ apiId, stage })),
        throttle: throttle && { rateLimit: throttle.rateLimit, burstLimit: throttle.burstLimit },
        quota: quota && {
          limit: quota.limit,
          offset: quota.offset,
          period: quota.period as QuotaPeriodType,
        },
        tags: inputs.tags,
      }),
    );
    return id;
  },
  read(usagePlanId, _inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetUsagePlanCommand({ usagePlanId }));
      const { throttle, quota } = found;
      return {
        arn: `arn:aws:apigateway:${context.aws.region}::/usageplans/${usagePlanId}`,
        name: found.name,
        description: found.description,
        productCode: found.productCode,
        apiStages: found.apiStages?.length
          ? found.apiStages.map(({ apiId, stage }) => ({ apiId, stage }))
          : undefined,
        throttleSettings: throttle && {
          rateLimit: throttle.rateLimit,
          burstLimit: throttle.burstLimit,
        },
        quotaSettings: quota && { limit: quota.limit, offset: quota.offset, period: quota.period },
        ...tagOutputs(found.tags),
      };
    });
  },
  async update(usagePlanId, news, olds, context) {
    const patchOperations = [
      ...patches(news, olds, {
        name: "/name",
        description: "/description",
        productCode: "/productCode",
      }),
      ...stagePatches(olds, news),
      ...blockPatches("/throttle", olds.throttleSettings, news.throttleSettings),
      ...blockPatches("/quota", olds.quotaSettings, news.quotaSettings),
    ];
    if (patchOperations.length > 0)
      await api(context).send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
    await setTags(`/usageplans/${usagePlanId}`, olds.tags, news.tags, context);
  },
  async delete(usagePlanId, { apiStages }, context) {
    await ignoreGone(GONE, async () => {
      // A plan that still has stages cannot be deleted.
      const patchOperations = stagePatches({ apiStages }, {});
      if (patchOperations.length > 0)
        await api(context).send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
      await api(context).send(new DeleteUsagePlanCommand({ usagePlanId }));
    });
  },
});

const usagePlanKey = defineResource<Args<UsagePlanKeyArgs>>({
  token: "aws:apigateway/usagePlanKey:UsagePlanKey",
  inputs: ["keyId", "keyType", "usagePlanId"],
  required: ["keyId", "keyType", "usagePlanId"],
  importKey: (id) => idParts(id, "usagePlanId", "keyId"),
  async create({ keyId, keyType, usagePlanId }, context) {
    await api(context).send(new CreateUsagePlanKeyCommand({ keyId, keyType, usagePlanId }));
    return keyId;
  },
  read(_id, { keyId, usagePlanId }, context) {
    return unlessGone(GONE, async () => {
      const { name, type } = await api(context).send(
        new GetUsagePlanKeyCommand({ keyId, usagePlanId }),
      );
      return { keyId, usagePlanId, name, keyType: type };
    });
  },
  async delete(_id, { keyId, usagePlanId }, context) {
    await ignoreGone(GONE, () =>
      api(context).send(new DeleteUsagePlanKeyCommand({ keyId, usagePlanId })),
    );
  },
});

export const API_GATEWAY_ACCESS_RESOURCES: readonly ResourceType[] = [
  authorizer,
  apiKey,
  usagePlan,
  usagePlanKey,
];

type Plan = Partial<Args<UsagePlanArgs>>;

function stagePatches(olds: Plan, news: Plan): PatchOperation[] {
  const names = ({ apiStages }: Plan): string[] =>
    (apiStages ?? []).map(({ apiId, stage }) => `${apiId}:${stage}`);
  const [before, now] = [names(olds), names(news)];
  return [
    ...before
      .filter((name) => !now.includes(name))
      .map((value): PatchOperation => ({ op: "remove", path: "/apiStages", value })),
    ...now
      .filter((name) => !before.includes(name))
      .map((value): PatchOperation => ({ op: "add", path: "/apiStages", value })),
  ];
}

function blockPatches(
  path: string,
  old: object | undefined,
  now: object | undefined,
): PatchOperation[] {
  if (JSON.stringify(old) === JSON.stringify(now)) return [];
  if (!now) return [{ op: "remove", path }];
  return Object.entries(now)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): PatchOperation => ({
      op: "replace",
      path: `${path}/${name}`,
      value: String(value),
    }));
}
