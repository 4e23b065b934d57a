import type { MethodSetting, Stage } from "@aws-sdk/client-api-gateway";
import { badRequest } from "./apiErrors";
import { without } from "./without";
import { toBoolean, toInteger, toNumber, type PatchRule } from "./patch";

const LOG_LEVELS = ["OFF", "ERROR", "INFO"];
const MAX_CACHE_TTL_SECONDS = 3600;

/** A method's default settings. */
const DEFAULTS: MethodSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

/** `/{resourcePath}/{httpMethod}/<setting>`, e.g. `/~1comments/POST/logging/loglevel` or wildcards for all. */
export const methodSettingRules: readonly PatchRule<Stage>[] = [
  setting("metrics/enabled", (settings, value) => {
    settings.metricsEnabled = toBoolean(value);
  }),
  setting("logging/loglevel", (settings, value = "") => {
    if (!LOG_LEVELS.includes(value))
      throw badRequest(`Invalid log level specified. Must be one of: [${LOG_LEVELS.join(", ")}]`);
    settings.loggingLevel = value;
  }),
  setting("logging/dataTrace", (settings, value) => {
    settings.dataTraceEnabled = toBoolean(value);
  }),
  setting("throttling/burstLimit", (settings, value) => {
    settings.throttlingBurstLimit = toInteger(value, "Invalid throttling burst limit specified");
  }),
  setting("throttling/rateLimit", (settings, value) => {
    settings.throttlingRateLimit = toNumber(value, "Invalid throttling rate limit specified");
  }),
  setting("caching/enabled", (settings, value) => {
    settings.cachingEnabled = toBoolean(value);
  }),
  setting("caching/ttlInSeconds", (settings, value) => {
    const seconds = toInteger(value, "Invalid cache TTL specified");
    if (seconds < 0 || seconds > MAX_CACHE_TTL_SECONDS)
      throw badRequest(`Cache TTL must be between 0 and ${MAX_CACHE_TTL_SECONDS} seconds`);
    settings.cacheTtlInSeconds = seconds;
  }),
  setting("caching/dataEncrypted", (settings, value) => {
    settings.cacheDataEncrypted = toBoolean(value);
  }),
  setting("caching/requireAuthorizationForCacheControl", (settings, value) => {
    settings.requireAuthorizationForCacheControl = toBoolean(value);
  }),
  setting("caching/unauthorizedCacheControlHeaderStrategy", (settings, value) => {
    if (
      value !== "FAIL_WITH_403" &&
      value !== "SUCCEED_WITH_RESPONSE_HEADER" &&
      value !== "SUCCEED_WITHOUT_RESPONSE_HEADER"
    )
      throw badRequest("Invalid unauthorizedCacheControlHeaderStrategy specified");
    settings.unauthorizedCacheControlHeaderStrategy = value;
  }),
  {
    path: "/{}/{}",
    ops: ["remove"],
    apply: (stage, { path }) => {
      const key = settingsKey(path);
      if (!stage.methodSettings?.[key])
        throw badRequest(
          `Cannot remove method setting ${key} because there is no method setting for this method `,
        );
      stage.methodSettings = without(stage.methodSettings, key);
    },
  },
];

function setting(
  name: string,
  set: (settings: MethodSetting, value: string | undefined) => void,
): PatchRule<Stage> {
  return {
    path: `/{}/{}/${name}`,
    ops: ["replace", "add"],
    apply: (stage, { path, value }) => {
      const key = settingsKey(path);
      const settings = { ...DEFAULTS, ...stage.methodSettings?.[key] };
      set(settings, value);
      stage.methodSettings = { ...stage.methodSettings, [key]: settings };
    },
  };
}

/** Returns the key of the settings: the patched path, still escaped, such as `~1comments/POST`. */
function settingsKey(path: string): string {
  return path.split("/").slice(1, 3).join("/");
}
