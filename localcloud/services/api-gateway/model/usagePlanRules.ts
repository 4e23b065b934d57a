import type { ApiStage, QuotaSettings, UsagePlan } from "@aws-sdk/client-api-gateway";
import { badRequest, notFound } from "./apiErrors";
import type { ApiGatewayStore } from "../store";
import { without } from "./without";
import { replaceText, toInteger, toNumber, type PatchRule } from "./patch";

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
  for (const { apiId, stage } of apiStages)
    if (!store.apis.get(apiId ?? "")?.stages.has(stage ?? ""))
      throw notFound("API Stage not found: " + `${apiId}:${stage}`);
}

function checkQuota({ limit = 0, offset = 0, period }: QuotaSettings): void {
  if (limit <= 0) throw badRequest("Usage Plan quota limit must be greater than 0");
  if (period !== "DAY" && period !== "WEEK" && period !== "MONTH")
    throw badRequest("Usage Plan quota period must be one of DAY, WEEK, MONTH");
  if (offset < 0 || offset > OFFSETS[period].max)
    throw badRequest(`Usage Plan quota offset must be ${OFFSETS[period].text}`);
}

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateUsagePlan-Patch */
export const usagePlanRules: readonly PatchRule<UsagePlan>[] = [
  replaceText("/name", (plan, value) => {
    if (!value) throw badRequest("Usage Plan name cannot be blank");
    plan.name = value;
  }),
  replaceText("/description", (plan, value) => {
    plan.description = value;
  }),
  replaceText("/productCode", (plan, value) => {
    plan.productCode = value === "" ? undefined : value;
  }),
  {
    path: "/apiStages",
    ops: ["add", "remove"],
    apply: (plan, { op, value }) => {
      const [apiId, stage] = (value ?? "").split(":");
      if (!apiId || !stage) throw badRequest(`Invalid API stage specified: ${value}`);
      const others = (plan.apiStages ?? []).filter(
        (item) => item.apiId !== apiId || item.stage !== stage,
      );
      plan.apiStages = op === "add" ? [...others, { apiId, stage }] : others;
    },
  },
  { path: "/throttle", ops: ["remove"], apply: (plan) => void delete plan.throttle },
  { path: "/quota", ops: ["remove"], apply: (plan) => void delete plan.quota },
  throttleRule("/throttle/rateLimit", "rateLimit"),
  throttleRule("/throttle/burstLimit", "burstLimit"),
  quotaRule("/quota/limit", (quota, value) => {
    quota.limit = toInteger(value, "Invalid quota limit specified");
  }),
  quotaRule("/quota/offset", (quota, value) => {
    quota.offset = toInteger(value, "Invalid quota offset specified");
  }),
  quotaRule("/quota/period", (quota, value) => {
    if (value !== "DAY" && value !== "WEEK" && value !== "MONTH")
      throw badRequest("Usage Plan quota period must be one of DAY, WEEK, MONTH");
    quota.period = value;
  }),
  {
    // /apiStages/{apiId:stage}/throttle/{resourcePath}/{httpMethod}/{rateLimit|burstLimit}
    path: "/apiStages/{}/throttle/{}/{}/{}",
    ops: ["add", "replace"],
    apply: (plan, { names: [apiStage, resourcePath, httpMethod, limit], value }) => {
      const stage = apiStageOf(plan, apiStage);
      const key = `${resourcePath}/${httpMethod}`;
      if (limit !== "rateLimit" && limit !== "burstLimit")
        throw badRequest(`Invalid throttle setting specified: ${limit}`);
      stage.throttle = {
        ...stage.throttle,
        [key]: {
          ...stage.throttle?.[key],
          [limit]: toNumber(value, `Invalid ${limit} specified`),
        },
      };
    },
  },
  {
    path: "/apiStages/{}/throttle/{}/{}",
    ops: ["remove"],
    apply: (plan, { names: [apiStage, resourcePath, httpMethod] }) => {
      const stage = apiStageOf(plan, apiStage);
      stage.throttle = without(stage.throttle, `${resourcePath}/${httpMethod}`);
    },
  },
];

function throttleRule(path: string, limit: "rateLimit" | "burstLimit"): PatchRule<UsagePlan> {
  return {
    path,
    ops: ["add", "replace"],
    apply: (plan, { value }) => {
      plan.throttle = {
        burstLimit: 0,
        rateLimit: 0,
        ...plan.throttle,
        [limit]: toNumber(value, `Invalid ${limit} specified`),
      };
    },
  };
}

function quotaRule(
  path: string,
  set: (quota: QuotaSettings, value: string | undefined) => void,
): PatchRule<UsagePlan> {
  return {
    path,
    ops: ["add", "replace"],
    apply: (plan, { value }) => {
      const quota = { offset: 0, ...plan.quota };
      set(quota, value);
      plan.quota = quota;
    },
  };
}

function apiStageOf(plan: UsagePlan, name: string): ApiStage {
  const [apiId, stageName] = name.split(":");
  const stage = plan.apiStages?.find((item) => item.apiId === apiId && item.stage === stageName);
  if (!stage) throw notFound(`API Stage not found: ${name}`);
  return stage;
}
