import type { CanarySettings, Stage } from "@aws-sdk/client-api-gateway";
import { badRequest, notFound } from "./apiErrors";
import { mapRule } from "./mapPatch";
import { checkPercent, checkVariable } from "./newStage";
import { replaceText, toBoolean, toNumber, type Change, type PatchRule } from "./patch";

/** A copy promotes a part of the canary to the stage: the paths, and what they are copied from. */
const PROMOTIONS: Readonly<Record<string, string>> = {
  "/deploymentId": "/canarySettings/deploymentId",
  "/variables": "/canarySettings/stageVariableOverrides",
};

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch */
export const canaryRules: readonly PatchRule<Stage>[] = [
  {
    path: "/canarySettings",
    ops: ["remove"],
    apply: (stage) => {
      delete stage.canarySettings;
    },
  },
  {
    path: "/variables",
    ops: ["copy"],
    apply: (stage, change) => {
      const { stageVariableOverrides } = promotedCanary(stage, change);
      // As recorded, a variable that the canary does not override keeps its value.
      if (stageVariableOverrides)
        stage.variables = { ...stage.variables, ...stageVariableOverrides };
    },
  },
  canaryRule("/canarySettings/percentTraffic", (canary, value) => {
    canary.percentTraffic = toNumber(value, "Invalid percentTraffic specified");
    checkPercent(canary.percentTraffic);
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
      if (!map && !stage.canarySettings) throw notFound("Canary settings not found on the stage");
      stage.canarySettings = { ...canaryOf(stage), stageVariableOverrides: map };
    },
    parse: (value, name) => {
      checkVariable(name, value ?? "");
      return value ?? "";
    },
  }),
];

/** Returns the canary that the change promotes. @throws BadRequestException with the recorded texts */
export function promotedCanary(stage: Stage, change: Change): CanarySettings {
  if (PROMOTIONS[change.path] !== change.from) throw invalidCopy(change);
  if (!stage.canarySettings) throw badRequest("Promotion not available. Canary does not exist.");
  return stage.canarySettings;
}

export function invalidCopy({ path, from }: Change): Error {
  return badRequest(
    `Invalid copy operation with path: ${path} and from ${from}. Valid copy:path are ` +
      `[${Object.keys(PROMOTIONS).join(", ")}] and valid copy:from are [${Object.values(PROMOTIONS).join(", ")}]`,
  );
}

function canaryRule(
  path: string,
  set: (canary: CanarySettings, value: string | undefined) => void,
): PatchRule<Stage> {
  return replaceText(path, (stage, value) => {
    const canary = canaryOf(stage);
    set(canary, value);
    stage.canarySettings = canary;
  });
}

/** Returns a copy of the stage's canary, or a new one without requests. */
function canaryOf(stage: Stage): CanarySettings {
  return {
    percentTraffic: 0,
    useStageCache: false,
    deploymentId: stage.deploymentId,
    ...stage.canarySettings,
  };
}
