import type { ApiKey, ApiStage, ThrottleSettings } from "@aws-sdk/client-api-gateway";
import type { StoredUsagePlan } from "../store";
import type { MethodExchange } from "./exchange";
import { GatewayError } from "./gatewayError";
import { methodKey, normalizeMethodKey } from "./stageSettings";
import type { ThrottleLimit } from "./tokenBucket";

/**
 * Checks API key, usage plan and throttling in API Gateway's order: per client, per method of the stage, per account.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function admit(exchange: MethodExchange, usageIdentifierKey: string | undefined): void {
  const { apiKeyRequired } = exchange.match.method;
  if (apiKeyRequired) admitKey(exchange, usageIdentifierKey);
  const { scope, api, stage, settings, match } = exchange;
  const { runtime, account } = scope.store;
  const now = scope.clock.now();
  const method = `${api.snapshot.apiId}/${stage.stageName}/${match.resource.id}/${exchange.request.method}`;
  const ofMethod = limitOf(settings.throttlingRateLimit, settings.throttlingBurstLimit);
  if (ofMethod && !runtime.buckets.take(`method/${method}`, ofMethod, now)) throw throttled();
  const { rateLimit, burstLimit } = account.throttleSettings ?? {};
  const ofAccount = limitOf(rateLimit, burstLimit);
  if (ofAccount && !runtime.buckets.take("account", ofAccount, now)) throw throttled();
}

function admitKey(exchange: MethodExchange, usageIdentifierKey: string | undefined): void {
  const { scope, api, stage, context } = exchange;
  const { store } = scope;
  const value =
    api.snapshot.apiKeySource === "AUTHORIZER"
      ? usageIdentifierKey
      : exchange.request.headers["x-api-key"];
  const key = value ? findKey(exchange, value) : undefined;
  const plan = key && findPlan(exchange, key);
  if (!key?.id || !plan)
    throw new GatewayError("INVALID_API_KEY", "Forbidden", {
      log: `API Key ${value ? "is not valid" : "is missing"} for method`,
    });
  context.identity.apiKey = key.value;
  context.identity.apiKeyId = key.id;
  const now = scope.clock.now();
  const apiStage = apiStageOf(plan, api.snapshot.apiId, stage.stageName);
  for (const [name, limit] of planLimits(exchange, plan, apiStage))
    if (!store.runtime.buckets.take(`plan/${plan.id}/${key.id}/${name}`, limit, now))
      throw throttled();
  if (!store.runtime.quotas.take(plan.id, key.id, plan.settings.quota, now))
    throw new GatewayError("QUOTA_EXCEEDED", "Limit Exceeded", {
      log: `Usage Plan quota exceeded for API Key ${key.id}`,
    });
}

function findKey({ scope }: MethodExchange, value: string): ApiKey | undefined {
  return [...scope.store.apiKeys.values()].find((key) => key.enabled && key.value === value);
}

function findPlan({ scope, api, stage }: MethodExchange, key: ApiKey): StoredUsagePlan | undefined {
  return [...scope.store.usagePlans.values()].find(
    (plan) =>
      plan.keyIds.has(key.id ?? "") && apiStageOf(plan, api.snapshot.apiId, stage.stageName),
  );
}

function apiStageOf(
  plan: StoredUsagePlan,
  apiId: string,
  stageName: string | undefined,
): ApiStage | undefined {
  return plan.settings.apiStages?.find((item) => item.apiId === apiId && item.stage === stageName);
}

/** Returns the key's limits under the plan: those for this method if the plan has any, else those for all methods. */
function planLimits(
  { match, request }: MethodExchange,
  plan: StoredUsagePlan,
  apiStage: ApiStage | undefined,
): [name: string, limit: ThrottleLimit][] {
  const wanted = methodKey(match.resource.path, request.method);
  const own = Object.entries(apiStage?.throttle ?? {}).find(
    ([key]) => normalizeMethodKey(key) === wanted,
  )?.[1];
  const settings: ThrottleSettings | undefined = own ?? plan.settings.throttle;
  const limit = limitOf(settings?.rateLimit, settings?.burstLimit);
  return limit ? [[own ? wanted : "all", limit]] : [];
}

function limitOf(
  rateLimit: number | undefined,
  burstLimit: number | undefined,
): ThrottleLimit | undefined {
  return rateLimit === undefined || burstLimit === undefined
    ? undefined
    : { rateLimit, burstLimit };
}

function throttled(): GatewayError {
  return new GatewayError("THROTTLED", "Too Many Requests", { log: "Rate limit exceeded" });
}
