import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateAuthorizerCommand,
  CreateStageCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteAuthorizerCommand,
  DeleteStageCommand,
  DeleteUsagePlanCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetAuthorizerCommand,
  GetStageCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  UpdateStageCommand,
  type AuthorizerType,
  type CacheClusterSize,
  type PatchOperation,
  type QuotaPeriodType,
} from "@aws-sdk/client-api-gateway";
import type { ApiKeyArgs } from "@pulumi/aws/apigateway/apiKey";
import type { AuthorizerArgs } from "@pulumi/aws/apigateway/authorizer";
import type { MethodSettingsArgs } from "@pulumi/aws/apigateway/methodSettings";
import type { StageArgs } from "@pulumi/aws/apigateway/stage";
import type { UsagePlanArgs } from "@pulumi/aws/apigateway/usagePlan";
import type { UsagePlanKeyArgs } from "@pulumi/aws/apigateway/usagePlanKey";
import { client } from "../clients";
import { defineResource, ignoreGone, unlessGone, type Args } from "../define";
import type { ProviderContext, ResourceType } from "../types";
import { escapeSegment, mapPatches, patches } from "./apiGatewayPatch";

const GONE = ["NotFoundException"];
const api = (context: ProviderContext): APIGatewayClient => client(APIGatewayClient, context);

const stage = defineResource<Args<StageArgs>>({
  token: "aws:apigateway/stage:Stage",
  required: ["deployment", "restApi", "stageName"],
  defaults: { xrayTracingEnabled: false, cacheClusterEnabled: false },
  replaceOn: ["restApi", "stageName"],
  deleteBeforeReplace: true,
  async create(inputs, context) {
    const restApiId = String(inputs.restApi);
    await api(context).send(
      new CreateStageCommand({
        restApiId,
        stageName: inputs.stageName,
        deploymentId: String(inputs.deployment),
        description: inputs.description,
        variables: inputs.variables,
        tracingEnabled: inputs.xrayTracingEnabled,
        cacheClusterEnabled: inputs.cacheClusterEnabled,
        cacheClusterSize: inputs.cacheClusterSize as CacheClusterSize | undefined,
        tags: inputs.tags,
      }),
    );
    if (inputs.accessLogSettings) {
      const patchOperations = accessLogPatches(inputs);
      await api(context).send(
        new UpdateStageCommand({ restApiId, stageName: inputs.stageName, patchOperations }),
      );
    }
    return `ags-${restApiId}-${inputs.stageName}`;
  },
  read(_id, inputs, context) {
    const restApiId = String(inputs.restApi);
    const { stageName } = inputs;
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetStageCommand({ restApiId, stageName }));
      const { region, accountId } = context.aws;
      return {
        deployment: found.deploymentId,
        description: found.description,
        variables: found.variables,
        xrayTracingEnabled: found.tracingEnabled ?? false,
        accessLogSettings: found.accessLogSettings,
        arn: `arn:aws:apigateway:${region}::/restapis/${restApiId}/stages/${stageName}`,
        executionArn: `arn:aws:execute-api:${region}:${accountId}:${restApiId}/${stageName}`,
        invokeUrl: invokeUrl(restApiId, stageName ?? "", context),
        tagsAll: found.tags ?? {},
      };
    });
  },
  async update(_id, news, olds, context) {
    const patchOperations: PatchOperation[] = [
      ...patches(news, olds, {
        deployment: "/deploymentId",
        description: "/description",
        xrayTracingEnabled: "/tracingEnabled",
      }),
      ...mapPatches("/variables", olds.variables, news.variables),
    ];
    if (JSON.stringify(news.accessLogSettings) !== JSON.stringify(olds.accessLogSettings))
      patchOperations.push(...accessLogPatches(news));
    if (patchOperations.length > 0)
      await api(context).send(
        new UpdateStageCommand({
          restApiId: String(news.restApi),
          stageName: news.stageName,
          patchOperations,
        }),
      );
  },
  async delete(_id, { restApi, stageName }, context) {
    await ignoreGone(GONE, () =>
      api(context).send(new DeleteStageCommand({ restApiId: String(restApi), stageName })),
    );
  },
});

/** Setting of `settings` -> its path in a stage's patch operations. */
const SETTINGS: Readonly<Record<string, string>> = {
  metricsEnabled: "metrics/enabled",
  loggingLevel: "logging/loglevel",
  dataTraceEnabled: "logging/dataTrace",
  throttlingBurstLimit: "throttling/burstLimit",
  throttlingRateLimit: "throttling/rateLimit",
  cachingEnabled: "caching/enabled",
  cacheTtlInSeconds: "caching/ttlInSeconds",
  cacheDataEncrypted: "caching/dataEncrypted",
  requireAuthorizationForCacheControl: "caching/requireAuthorizationForCacheControl",
  unauthorizedCacheControlHeaderStrategy: "caching/unauthorizedCacheControlHeaderStrategy",
};

const methodSettings = defineResource<Args<MethodSettingsArgs>>({
  token: "aws:apigateway/methodSettings:MethodSettings",
  required: ["methodPath", "restApi", "settings", "stageName"],
  replaceOn: ["restApi", "stageName", "methodPath"],
  async create(inputs, context) {
    await putSettings(inputs, context);
    return `${String(inputs.restApi)}-${inputs.stageName}-${inputs.methodPath}`;
  },
  read(_id, { restApi, stageName, methodPath }, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetStageCommand({ restApiId: String(restApi), stageName }));
      return found.methodSettings?.[methodPath ?? ""] ? {} : undefined;
    });
  },
  update: (_id, news, _olds, context) => putSettings(news, context),
  async delete(_id, { restApi, stageName, methodPath }, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new UpdateStageCommand({
          restApiId: String(restApi),
          stageName,
          patchOperations: [{ op: "remove", path: `/${settingsPath(methodPath)}` }],
        }),
      ),
    );
  },
});

const authorizer = defineResource<Args<AuthorizerArgs>>({
  token: "aws:apigateway/authorizer:Authorizer",
  autoname: { property: "name", maxLength: 128 },
  required: ["restApi"],
  defaults: { type: "TOKEN", identitySource: "method.request.header.Authorization", authorizerResultTtlInSeconds: 300 },
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
  read(authorizerId, { restApi }, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(
        new GetAuthorizerCommand({ restApiId: String(restApi), authorizerId }),
      );
      return { name: found.name, authorizerUri: found.authorizerUri };
    });
  },
  async delete(authorizerId, { restApi }, context) {
    await ignoreGone(GONE, () =>
      api(context).send(new DeleteAuthorizerCommand({ restApiId: String(restApi), authorizerId })),
    );
  },
});

const apiKey = defineResource<Args<ApiKeyArgs>>({
  token: "aws:apigateway/apiKey:ApiKey",
  autoname: { property: "name", maxLength: 255 },
  defaults: { enabled: true },
  secretOutputs: ["value"],
  async create({ name, description, enabled, value, tags }, context) {
    const { id = "" } = await api(context).send(
      new CreateApiKeyCommand({ name, description, enabled, value, tags }),
    );
    return id;
  },
  read(id, _inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetApiKeyCommand({ apiKey: id, includeValue: true }));
      return { name: found.name, value: found.value, enabled: found.enabled };
    });
  },
  async delete(id, _state, context) {
    await ignoreGone(GONE, () => api(context).send(new DeleteApiKeyCommand({ apiKey: id })));
  },
});

const usagePlan = defineResource<Args<UsagePlanArgs>>({
  token: "aws:apigateway/usagePlan:UsagePlan",
  autoname: { property: "name", maxLength: 255 },
  async create(inputs, context) {
    const { throttleSettings: throttle, quotaSettings: quota } = inputs;
    const { id = "" } = await api(context).send(
      new CreateUsagePlanCommand({
        name: inputs.name,
        description: inputs.description,
        apiStages: inputs.apiStages?.map(({ apiId, stage }) => ({ apiId, stage })),
        throttle: throttle && { rateLimit: throttle.rateLimit, burstLimit: throttle.burstLimit },
        quota: quota && { limit: quota.limit, offset: quota.offset, period: quota.period as QuotaPeriodType },
        tags: inputs.tags,
      }),
    );
    return id;
  },
  read(usagePlanId, _inputs, context) {
    return unlessGone(GONE, async () => {
      const { name } = await api(context).send(new GetUsagePlanCommand({ usagePlanId }));
      return { name };
    });
  },
  async delete(usagePlanId, _state, context) {
    await ignoreGone(GONE, () => api(context).send(new DeleteUsagePlanCommand({ usagePlanId })));
  },
});

const usagePlanKey = defineResource<Args<UsagePlanKeyArgs>>({
  token: "aws:apigateway/usagePlanKey:UsagePlanKey",
  required: ["keyId", "keyType", "usagePlanId"],
  async create({ keyId, keyType, usagePlanId }, context) {
    await api(context).send(new CreateUsagePlanKeyCommand({ keyId, keyType, usagePlanId }));
    return keyId;
  },
  read(keyId, { usagePlanId }, context) {
    return unlessGone(GONE, async () => {
      const { name } = await api(context).send(new GetUsagePlanKeyCommand({ keyId, usagePlanId }));
      return { name };
    });
  },
  async delete(keyId, { usagePlanId }, context) {
    await ignoreGone(GONE, () =>
      api(context).send(new DeleteUsagePlanKeyCommand({ keyId, usagePlanId })),
    );
  },
});

export const API_GATEWAY_STAGE_RESOURCES: readonly ResourceType[] = [
  stage,
  methodSettings,
  authorizer,
  apiKey,
  usagePlan,
  usagePlanKey,
];

/** Where a stage answers: AWS's own host, or the path that emulators use when an endpoint is set. */
export function invokeUrl(restApiId: string, stageName: string, { aws }: ProviderContext): string {
  return aws.endpoint
    ? `${aws.endpoint}/restapis/${restApiId}/${stageName}/_user_request_`
    : `https://${restApiId}.execute-api.${aws.region}.amazonaws.com/${stageName}`;
}

function accessLogPatches({ accessLogSettings }: Args<StageArgs>): PatchOperation[] {
  if (!accessLogSettings) return [{ op: "remove", path: "/accessLogSettings" }];
  return [
    { op: "replace", path: "/accessLogSettings/destinationArn", value: accessLogSettings.destinationArn },
    { op: "replace", path: "/accessLogSettings/format", value: accessLogSettings.format },
  ];
}

async function putSettings(inputs: Args<MethodSettingsArgs>, context: ProviderContext): Promise<void> {
  const patchOperations = Object.entries(inputs.settings)
    .filter(([name, value]) => SETTINGS[name] !== undefined && value !== undefined)
    .map(([name, value]): PatchOperation => ({
      op: "replace",
      path: `/${settingsPath(inputs.methodPath)}/${SETTINGS[name]}`,
      value: String(value),
    }));
  await api(context).send(
    new UpdateStageCommand({ restApiId: String(inputs.restApi), stageName: inputs.stageName, patchOperations }),
  );
}

/** `comments/{pageId}/GET` -> `~1comments~1{pageId}/GET`; a wildcard path stays as it is. */
function settingsPath(methodPath: string): string {
  const cut = methodPath.lastIndexOf("/");
  const [path, verb] = [methodPath.slice(0, cut), methodPath.slice(cut + 1)];
  if (path === "*") return `*/${verb}`;
  return `${escapeSegment(path.startsWith("/") ? path : `/${path}`)}/${verb}`;
}
