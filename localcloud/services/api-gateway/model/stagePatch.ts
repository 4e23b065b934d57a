import type { CanarySettings, CacheClusterSize, Stage } from "@aws-sdk/client-api-gateway";
import { badRequest, notFound, unsupportedOption } from "./apiErrors";
import { mapRule } from "./mapPatch";
import { methodSettingRules } from "./methodSettingRules";
import { checkVariable } from "./newStage";
import { replaceText, toBoolean, toNumber, type PatchRefusals, type PatchRule } from "./patch";

/** The list of paths as AWS prints it, including its missing commas. */
const PATHS =
  "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, " +
  "/accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, " +
  "/{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, " +
  "/{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit" +
  "/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, " +
  "/{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, " +
  "/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, " +
  "/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, " +
  "/*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit " +
  "/*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, " +
  "/*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, " +
  "/*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled";

export const stageRefusals: PatchRefusals = {
  unknownPath: ({ path }) =>
    badRequest(`Invalid method setting path: ${path}. Must be one of: [${PATHS}]`),
  unsupportedOp: (change, allowed) =>
    // Any two segments can name a method whose settings are removed; for other operations such a path is unknown.
    allowed.length === 1 && allowed[0] === "remove"
      ? stageRefusals.unknownPath(change)
      : badRequest(`Invalid patch operation specified. Must be one of: [${allowed.join(", ")}]`),
};

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch */
export const stageRules: readonly PatchRule<Stage>[] = [
  {
    path: "/deploymentId",
    ops: ["replace", "copy"],
    apply: (stage, { op, value }) => {
      const promoted = stage.canarySettings?.deploymentId;
      if (op === "copy" && promoted === undefined)
        throw badRequest("The stage has no canary to promote");
      stage.deploymentId = op === "copy" ? promoted : value;
    },
  },
  replaceText("/description", (stage, value) => {
    stage.description = value;
  }),
  replaceText("/cacheClusterEnabled", (stage, value) => {
    stage.cacheClusterEnabled = toBoolean(value);
    stage.cacheClusterStatus = stage.cacheClusterEnabled ? "AVAILABLE" : "NOT_AVAILABLE";
  }),
  replaceText("/cacheClusterSize", (stage, value) => {
    // The SDK's type is an enumeration; this cloud only stores the value.
    stage.cacheClusterSize = value as CacheClusterSize | undefined;
  }),
  replaceText("/clientCertificateId", (stage, value) => {
    stage.clientCertificateId = value === "" ? undefined : value;
  }),
  replaceText("/tracingEnabled", (stage, value) => {
    stage.tracingEnabled = toBoolean(value);
  }),
  mapRule("/variables", {
    read: (stage) => stage.variables,
    write: (stage, map) => {
      stage.variables = map;
    },
    parse: (value, name) => {
      checkVariable(name, value ?? "");
      return value ?? "";
    },
  }),
  {
    path: "/accessLogSettings",
    ops: ["remove"],
    apply: (stage) => {
      delete stage.accessLogSettings;
    },
  },
  replaceText("/accessLogSettings/destinationArn", (stage, value = "") => {
    if (/^arn:[a-z-]+:firehose:/.test(value)) throw unsupportedOption("access logs to Firehose");
    if (!/^arn:[a-z-]+:logs:[a-z0-9-]+:\d{12}:log-group:[^:*]+(?::\*)?$/.test(value))
      throw badRequest(`Invalid ARN specified in the request`);
    stage.accessLogSettings = {
      ...stage.accessLogSettings,
      destinationArn: value.replace(/:\*$/, ""),
    };
  }),
  replaceText("/accessLogSettings/format", (stage, value = "") => {
    if (!/\$context\.(?:requestId|extendedRequestId)\b/.test(value))
      throw badRequest(
        "Invalid Access Log format specified. Access log format must contain $context.requestId or $context.extendedRequestId",
      );
    stage.accessLogSettings = { ...stage.accessLogSettings, format: value };
  }),
  {
    path: "/canarySettings",
    ops: ["remove"],
    apply: (stage) => {
      delete stage.canarySettings;
    },
  },
  canaryRule("/canarySettings/percentTraffic", (canary, value) => {
    const percent = toNumber(value, "Invalid percentTraffic specified");
    if (percent < 0 || percent > 100)
      throw badRequest("Invalid percentTraffic specified. Must be between 0.0 and 100.0");
    canary.percentTraffic = percent;
  }),
  canaryRule("/canarySettings/deploymentId", (canary, value) => {
    canary.deploymentId = value;
  }),
  canaryRule("/canarySettings/useStageCache", (canary, value) => {
    canary.useStageCache = toBoolean(value);
  }),
  mapRule("/canarySettings/stageVariableOverrides", {
    read: (stage) => stage.canarySettings?.stageVariableOverrides,
    write: (stage, map) => {
      stage.canarySettings = { ...requireCanary(stage), stageVariableOverrides: map };
    },
    parse: (value, name) => {
      checkVariable(name, value ?? "");
      return value ?? "";
    },
  }),
  ...methodSettingRules,
];

function canaryRule(
  path: string,
  set: (canary: CanarySettings, value: string | undefined) => void,
): PatchRule<Stage> {
  return replaceText(path, (stage, value) => {
    const canary: CanarySettings = {
      percentTraffic: 0,
      useStageCache: false,
      deploymentId: stage.deploymentId,
      ...stage.canarySettings,
    };
    set(canary, value);
    stage.canarySettings = canary;
  });
}

function requireCanary(stage: Stage): CanarySettings {
  if (!stage.canarySettings) throw notFound("Canary settings not found on the stage");
  return stage.canarySettings;
}
