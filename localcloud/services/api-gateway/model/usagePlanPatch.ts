import type {
  ApiStage,
  PatchOperation,
  QuotaSettings,
  UsagePlan,
} from "@aws-sdk/client-api-gateway";
import { badRequest, notFound } from "./apiErrors";
import { without } from "./without";
import {
  replaceText,
  toInteger,
  toNumber,
  type Change,
  type PatchRefusals,
  type PatchRule,
} from "./patch";

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateUsagePlan-Patch */
export const usagePlanRules: readonly PatchRule<UsagePlan>[] = [
  replaceText("/name", (plan, value) => {
    if (!value) throw badRequest("Usage Plan name cannot be blank");
    plan.name = value;
  }),
  replaceText("/description", (plan, value) => {
    plan.description = value;
  }),
  {
    path: "/productCode",
    ops: ["add", "replace", "remove"],
    apply: (plan, { op, value }) => {
      plan.productCode = op === "remove" || value === "" ? undefined : value;
    },
  },
  {
    path: "/apiStages",
    ops: ["add", "remove"],
    apply: (plan, { op, value }) => {
      const [apiId, stage] = (value ?? "").split(":");
      if (!apiId || !stage) throw badRequest("Invalid API Stage specified");
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
    path: "/apiStages/{}/throttle",
    ops: ["remove"],
    apply: (plan, { names: [apiStage] }) => {
      delete apiStageOf(plan, apiStage).throttle;
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

/** The paths that can be removed, as quoted in https://github.com/boto/boto3/issues/2629. */
const REMOVABLE = [
  "/apiStages",
  "/quota",
  "/throttle",
  "/productCode",
  "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>",
  "/apiStages/<apidId:stageName>/throttle",
];

const refuse = ({ path, op }: Change): Error => {
  const settable = usagePlanRules.filter(({ ops }) => ops.includes(op)).map((rule) => rule.path);
  const paths = op === "remove" ? REMOVABLE : settable;
  return badRequest(
    `Invalid patch path  '${path}' specified for op '${op}'. Must be one of: [${paths.join(", ")}]`,
  );
};

export const usagePlanRefusals: PatchRefusals = { unknownPath: refuse, unsupportedOp: refuse };

/**
 * Returns the operation with the slashes of a resource path escaped. Terraform does not escape them:
 * `/apiStages/<id>:<stage>/throttle//comments/GET/rateLimit`.
 */
export function withEscapedPath(operation: PatchOperation): PatchOperation {
  const [, before, resourcePath, after] =
    /^(\/apiStages\/[^/]+\/throttle\/)(.*\/.*)(\/[A-Z*]+(?:\/(?:rate|burst)Limit)?)$/.exec(
      operation.path ?? "",
    ) ?? [];
  return resourcePath === undefined
    ? operation
    : { ...operation, path: before + resourcePath.replaceAll("/", "~1") + after };
}

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
