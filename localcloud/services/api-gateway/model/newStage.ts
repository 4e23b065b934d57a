import type { CanarySettings, CreateStageRequest, Stage } from "@aws-sdk/client-api-gateway";
import { badRequest } from "./apiErrors";
import { checkTags } from "./checkTags";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_STAGE_NAME = 128;
const MAX_VARIABLES = 100;
const MAX_VARIABLE_NAME = 64;
const MAX_VARIABLE_VALUE = 512;

/** The only characters that are allowed in values of stage variables; a value is never empty. */
const VARIABLE_VALUE = /^[A-Za-z0-9\-._~:/?#&=,@]+$/;

export function newStage(given: Omit<CreateStageRequest, "restApiId">, now: Date): Stage {
  const { stageName = "" } = given;
  if (!/^[A-Za-z0-9_-]+$/.test(stageName) || stageName.length > MAX_STAGE_NAME)
    throw badRequest("Stage name only allows a-zA-Z0-9_-");
  if (given.variables) checkVariables(given.variables);
  checkTags(given.tags);
  const cacheClusterEnabled = given.cacheClusterEnabled ?? false;
  return {
    deploymentId: given.deploymentId,
    stageName,
    ...(given.description !== undefined && { description: given.description }),
    cacheClusterEnabled,
    ...(given.cacheClusterSize !== undefined && { cacheClusterSize: given.cacheClusterSize }),
    cacheClusterStatus: cacheClusterEnabled ? "AVAILABLE" : "NOT_AVAILABLE",
    methodSettings: {},
    ...(given.variables &&
      Object.keys(given.variables).length > 0 && { variables: { ...given.variables } }),
    ...(given.documentationVersion !== undefined && {
      documentationVersion: given.documentationVersion,
    }),
    ...(given.canarySettings && { canarySettings: newCanary(given.canarySettings) }),
    tracingEnabled: given.tracingEnabled ?? false,
    ...(given.tags && { tags: { ...given.tags } }),
    createdDate: now,
    lastUpdatedDate: now,
  };
}

/** Returns a stage's canary with AWS's defaults. */
export function newCanary(given: CanarySettings): CanarySettings {
  const { deploymentId, percentTraffic = 0, stageVariableOverrides, useStageCache = false } = given;
  checkPercent(percentTraffic);
  if (stageVariableOverrides) checkVariables(stageVariableOverrides);
  return {
    percentTraffic,
    deploymentId,
    ...(stageVariableOverrides &&
      Object.keys(stageVariableOverrides).length > 0 && {
        stageVariableOverrides: { ...stageVariableOverrides },
      }),
    useStageCache,
  };
}

export function checkPercent(percent: number): void {
  if (percent < 0 || percent > 100)
    throw badRequest("Invalid percentTraffic specified. Must be between 0.0 and 100.0");
}

export function touch(stage: Stage, now: Date): Stage {
  return { ...stage, lastUpdatedDate: now };
}

export function checkVariables(variables: Readonly<Record<string, string>>): void {
  const entries = Object.entries(variables);
  if (entries.length > MAX_VARIABLES)
    throw badRequest(`A stage cannot have more than ${MAX_VARIABLES} stage variables`);
  for (const [name, value] of entries) checkVariable(name, value);
}

export function checkVariable(name: string, value: string): void {
  if (!/^[A-Za-z0-9_]+$/.test(name) || name.length > MAX_VARIABLE_NAME)
    throw badRequest(
      `Stage variable name ${name} is invalid. Only alphanumeric and _ characters are allowed`,
    );
  // The text with its two spaces, also for an empty value: https://github.com/sirceljm/aws-lambda-blog/issues/10
  if (value.length > MAX_VARIABLE_VALUE || !VARIABLE_VALUE.test(value))
    throw badRequest(
      `Invalid stage variable value: ${value}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
    );
}
