import type { CacheClusterSize, Stage } from "@aws-sdk/client-api-gateway";
import { badRequest, unsupportedOption } from "./apiErrors";
import { canaryRules, invalidCopy, promotedCanary } from "./canaryPatch";
import { mapRule } from "./mapPatch";
import { methodSettingRules } from "./methodSettingRules";
import { checkVariable } from "./newStage";
import { replaceText, toBoolean, type PatchRefusals, type PatchRule } from "./patch";

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
  unknownPath: (change) =>
    change.op === "copy"
      ? invalidCopy(change)
      : badRequest(`Invalid method setting path: ${change.path}. Must be one of: [${PATHS}]`),
  unsupportedOp: (change, allowed) => {
    const { op, path } = change;
    // Any two segments can name a method whose settings are removed; for other operations such a path is unknown.
    if (op === "copy" || (allowed.length === 1 && allowed[0] !== "replace"))
      return stageRefusals.unknownPath(change);
    return badRequest(
      path.startsWith("/canarySettings/")
        ? `Invalid ${op} operation with path: ${path}`
        : `Invalid patch operation specified. Must be one of: [${allowed.join(", ")}]`,
    );
  },
};

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch */
export const stageRules: readonly PatchRule<Stage>[] = [
  {
    path: "/deploymentId",
    ops: ["replace", "copy"],
    apply: (stage, change) => {
      stage.deploymentId =
        change.op === "copy" ? promotedCanary(stage, change).deploymentId : change.value;
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
  accessLogRule("/accessLogSettings/destinationArn", (stage, value = "") => {
    if (/^arn:[a-z-]+:firehose:/.test(value)) throw unsupportedOption("access logs to Firehose");
    if (!/^arn:[a-z-]+:logs:[a-z0-9-]+:\d{12}:log-group:[^:*]+(?::\*)?$/.test(value))
      throw badRequest(`Invalid ARN specified in the request`);
    stage.accessLogSettings = {
      ...stage.accessLogSettings,
      destinationArn: value.replace(/:\*$/, ""),
    };
  }),
  accessLogRule("/accessLogSettings/format", (stage, value = "") => {
    if (!/\$context\.(?:requestId|extendedRequestId)\b/.test(value))
      throw badRequest(
        "Invalid Access Log format specified. Access log format must contain $context.requestId or $context.extendedRequestId",
      );
    stage.accessLogSettings = { ...stage.accessLogSettings, format: value };
  }),
  ...canaryRules,
  ...methodSettingRules,
];

/** Access log settings are added as well as replaced. */
function accessLogRule(
  path: string,
  set: (stage: Stage, value: string | undefined) => void,
): PatchRule<Stage> {
  return { ...replaceText(path, set), ops: ["replace", "add"] };
}
