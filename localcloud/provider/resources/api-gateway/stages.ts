import {
  CreateStageCommand,
  DeleteStageCommand,
  GetStageCommand,
  UpdateStageCommand,
  type CacheClusterSize,
  type MethodSetting,
  type PatchOperation,
} from "@aws-sdk/client-api-gateway";
import type { MethodSettingsArgs } from "@pulumi/aws/apigateway/methodSettings";
import type { StageArgs } from "@pulumi/aws/apigateway/stage";
import {
  completing,
  defineResource,
  ignoreGone,
  tagOutputs,
  unlessGone,
  type Args,
} from "../../define";
import type { ProviderContext } from "../../types";
import { api, GONE, idParts, setTags } from "./client";
import { escapeSegment, mapPatches, patches } from "./patch";

const CERTIFICATE = { clientCertificateId: "/clientCertificateId" };

export const stage = defineResource<Args<StageArgs>>({
  token: "aws:apigateway/stage:Stage",
  inputs: [
    "accessLogSettings",
    "cacheClusterEnabled",
    "cacheClusterSize",
    "clientCertificateId",
    "deployment",
    "description",
    "restApi",
    "stageName",
    "tags",
    "variables",
    "xrayTracingEnabled",
  ],
  required: ["deployment", "restApi", "stageName"],
  defaults: { xrayTracingEnabled: false, cacheClusterEnabled: false },
  replaceOn: ["restApi", "stageName"],
  deleteBeforeReplace: true,
  importKey: (id) => idParts(id, "restApi", "stageName"),
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
    return completing(`ags-${restApiId}-${inputs.stageName}`, async () => {
      const patchOperations = [
        ...(inputs.accessLogSettings ? accessLogPatches(inputs) : []),
        ...patches({ clientCertificateId: inputs.clientCertificateId }, {}, CERTIFICATE),
      ];
      if (patchOperations.length > 0)
        await api(context).send(
          new UpdateStageCommand({ restApiId, stageName: inputs.stageName, patchOperations }),
        );
    });
  },
  read(_id, inputs, context) {
    const restApiId = String(inputs.restApi);
    const { stageName } = inputs;
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetStageCommand({ restApiId, stageName }));
      const { region, accountId } = context.aws;
      return {
        restApi: inputs.restApi,
        stageName,
        deployment: found.deploymentId,
        cacheClusterEnabled: found.cacheClusterEnabled ?? false,
        cacheClusterSize: found.cacheClusterSize,
        clientCertificateId: found.clientCertificateId,
        description: found.description,
        variables: found.variables,
        xrayTracingEnabled: found.tracingEnabled ?? false,
        accessLogSettings: found.accessLogSettings,
        arn: `arn:aws:apigateway:${region}::/restapis/${restApiId}/stages/${stageName}`,
        executionArn: `arn:aws:execute-api:${region}:${accountId}:${restApiId}/${stageName}`,
        invokeUrl: invokeUrl(restApiId, stageName ?? "", context),
        ...tagOutputs(found.tags),
      };
    });
  },
  async update(_id, news, olds, context) {
    const patchOperations: PatchOperation[] = [
      ...patches(news, olds, {
        deployment: "/deploymentId",
        description: "/description",
        xrayTracingEnabled: "/tracingEnabled",
        cacheClusterEnabled: "/cacheClusterEnabled",
        cacheClusterSize: "/cacheClusterSize",
        ...CERTIFICATE,
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
    const path = `/restapis/${String(news.restApi)}/stages/${news.stageName}`;
    await setTags(path, olds.tags, news.tags, context);
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

export const methodSettings = defineResource<Args<MethodSettingsArgs>>({
  token: "aws:apigateway/methodSettings:MethodSettings",
  inputs: ["methodPath", "restApi", "settings", "stageName"],
  // Only the limits have their own default.
  computed: Object.keys(SETTINGS)
    .filter((name) => !name.startsWith("throttling"))
    .map((name) => `settings.${name}`),
  required: ["methodPath", "restApi", "settings", "stageName"],
  replaceOn: ["restApi", "stageName", "methodPath"],
  async create(inputs, context) {
    await putSettings(inputs, context);
    return `${String(inputs.restApi)}-${inputs.stageName}-${inputs.methodPath}`;
  },
  importKey(id) {
    const [restApi, stageName, ...methodPath] = id.split("/");
    return methodPath.length > 0
      ? { restApi, stageName, methodPath: methodPath.join("/") }
      : undefined;
  },
  read(_id, { restApi, stageName, methodPath, settings }, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(
        new GetStageCommand({ restApiId: String(restApi), stageName }),
      );
      const all = found.methodSettings?.[settingsPath(methodPath ?? "")];
      if (!all) return undefined;
      // AWS returns every setting: only those that were given belong to the resource.
      const asked = Object.keys(settings ?? SETTINGS) as (keyof MethodSetting)[];
      return {
        restApi,
        stageName,
        methodPath,
        settings: Object.fromEntries(asked.map((name) => [name, all[name]])),
      };
    });
  },
  async update(_id, news, olds, context) {
    // A setting that is no longer given returns to AWS's default: the whole entry is created again.
    const kept = Object.keys(olds.settings).every((name) => name in news.settings);
    if (!kept) await removeSettings(news, context);
    await putSettings(news, context);
  },
  async delete(_id, state, context) {
    try {
      await ignoreGone(GONE, () => removeSettings(state, context));
    } catch (error) {
      if (!isWithoutSettings(error)) throw error;
    }
  },
});

/** Returns a stage's URL: AWS's own host, or the path that emulators use if an endpoint is set. */
export function invokeUrl(restApiId: string, stageName: string, { aws }: ProviderContext): string {
  return aws.endpoint
    ? `${aws.endpoint}/restapis/${restApiId}/${stageName}/_user_request_`
    : `https://${restApiId}.execute-api.${aws.region}.amazonaws.com/${stageName}`;
}

function accessLogPatches({ accessLogSettings }: Args<StageArgs>): PatchOperation[] {
  if (!accessLogSettings) return [{ op: "remove", path: "/accessLogSettings" }];
  return [
    {
      op: "replace",
      path: "/accessLogSettings/destinationArn",
      value: accessLogSettings.destinationArn,
    },
    { op: "replace", path: "/accessLogSettings/format", value: accessLogSettings.format },
  ];
}

async function putSettings(
  inputs: Args<MethodSettingsArgs>,
  context: ProviderContext,
): Promise<void> {
  const patchOperations = Object.entries(inputs.settings)
    .filter(([name, value]) => SETTINGS[name] !== undefined && value !== undefined)
    .map(([name, value]): PatchOperation => ({
      op: "replace",
      path: `/${settingsPath(inputs.methodPath)}/${SETTINGS[name]}`,
      value: String(value),
    }));
  await api(context).send(
    new UpdateStageCommand({
      restApiId: String(inputs.restApi),
      stageName: inputs.stageName,
      patchOperations,
    }),
  );
}

async function removeSettings(
  { restApi, stageName, methodPath }: Args<MethodSettingsArgs>,
  context: ProviderContext,
): Promise<void> {
  await api(context).send(
    new UpdateStageCommand({
      restApiId: String(restApi),
      stageName,
      patchOperations: [{ op: "remove", path: `/${settingsPath(methodPath)}` }],
    }),
  );
}

/** Whether the stage has no settings of the method, so that there is nothing to remove. */
function isWithoutSettings(error: unknown): boolean {
  return error instanceof Error && error.message.includes("no method setting for this method");
}

/** `comments/{pageId}/GET` -> `~1comments~1{pageId}/GET`; a wildcard path stays unchanged. */
function settingsPath(methodPath: string): string {
  const cut = methodPath.lastIndexOf("/");
  const [path, verb] = [methodPath.slice(0, cut), methodPath.slice(cut + 1)];
  if (path === "*") return `*/${verb}`;
  return `${escapeSegment(path.startsWith("/") ? path : `/${path}`)}/${verb}`;
}
