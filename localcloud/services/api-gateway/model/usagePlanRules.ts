import type { QuotaSettings, UsagePlan } from "@aws-sdk/client-api-gateway";
import { badRequest, notFound } from "./apiErrors";
import type { ApiGatewayStore } from "../store";

/** Allowed offsets: the day on which a period starts. */
const OFFSETS = {
  DAY: { max: 0, text: "zero in the DAY period" },
  WEEK: { max: 6, text: "between zero and six inclusive in the WEEK period" },
  MONTH: { max: 27, text: "between zero and 27 inclusive in the MONTH period" },
} as const;

export function checkUsagePlan(store: ApiGatewayStore, plan: UsagePlan): void {
  const { throttle, quota, apiStages = [] } = plan;
  if (throttle && ((throttle.burstLimit ?? 0) < 0 || (throttle.rateLimit ?? 0) < 0))
    throw badRequest("Usage Plan throttle limits must not be negative");
  if (quota) checkQuota(quota);
  for (const { apiId, stage } of apiStages) {
    // The text, with its placeholders, is quoted in https://github.com/aws/aws-sdk/issues/354.
    if (!apiId || !stage)
      throw badRequest("Invalid API Stage {api: %s, stage: %s} specified for usageplan %s");
    if (!store.apis.get(apiId)?.stages.has(stage))
      throw notFound("API Stage not found: " + `${apiId}:${stage}`);
  }
}

function checkQuota({ limit = 0, offset = 0, period }: QuotaSettings): void {
  if (limit <= 0) throw badRequest("Usage Plan quota limit must be greater than 0");
  if (period !== "DAY" && period !== "WEEK" && period !== "MONTH")
    throw badRequest("Usage Plan quota period must be one of DAY, WEEK, MONTH");
  if (offset < 0 || offset > OFFSETS[period].max)
    throw badRequest(`Usage Plan quota offset must be ${OFFSETS[period].text}`);
}
