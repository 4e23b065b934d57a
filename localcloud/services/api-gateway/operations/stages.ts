import type {
  CreateStageCommandInput,
  CreateStageCommandOutput,
  DeleteStageCommandInput,
  FlushStageCacheCommandInput,
  GetStageCommandInput,
  GetStageCommandOutput,
  GetStagesCommandInput,
  GetStagesCommandOutput,
  Stage,
  UpdateStageCommandInput,
  UpdateStageCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, conflict, notFound } from "../model/apiErrors";
import type { Api, ApiGatewayStore } from "../store";
import { newStage, touch } from "../model/newStage";
import { operation, type Output } from "../model/operation";
import { patched } from "../model/patch";
import { stageRefusals, stageRules } from "../model/stagePatch";

interface StageId {
  restApiId: string | undefined;
  stageName: string | undefined;
}

const listPath = ({ restApiId }: { restApiId: string | undefined }): string =>
  `/restapis/${restApiId}/stages`;
const path = (id: StageId): string => `${listPath(id)}/${id.stageName}`;

export const createStage = operation<CreateStageCommandInput, Output<CreateStageCommandOutput>>(
  "POST",
  listPath,
  (input, { store, clock }) => {
    const api = store.api(input.restApiId);
    if (api.stages.has(input.stageName ?? "")) throw conflict("Stage already exists");
    const stage = newStage(input, clock.date());
    checkDeployments(api, stage);
    api.stages.set(stage.stageName ?? "", stage);
    return structuredClone(stage);
  },
);

export const getStage = operation<GetStageCommandInput, Output<GetStageCommandOutput>>(
  "GET",
  path,
  (input, { store }) => structuredClone(stageOf(store, input)),
);

export const getStages = operation<GetStagesCommandInput, Output<GetStagesCommandOutput>>(
  "GET",
  listPath,
  ({ restApiId, deploymentId }, { store }) => ({
    item: [...store.api(restApiId).stages.values()]
      .filter((stage) => deploymentId === undefined || stage.deploymentId === deploymentId)
      .map((stage) => structuredClone(stage)),
  }),
);

export const updateStage = operation<UpdateStageCommandInput, Output<UpdateStageCommandOutput>>(
  "PATCH",
  path,
  (input, { store, clock }) => {
    const stage = patched(
      stageOf(store, input),
      input.patchOperations,
      stageRules,
      stageRefusals,
      "updateStageInput",
    );
    const api = store.api(input.restApiId);
    checkDeployments(api, stage);
    if (logs(stage) && !store.account.cloudwatchRoleArn)
      throw badRequest(
        "CloudWatch Logs role ARN must be set in account settings to enable logging",
      );
    const updated = touch(stage, clock.date());
    api.stages.set(stage.stageName ?? "", updated);
    return structuredClone(updated);
  },
);

export const deleteStage = operation<DeleteStageCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    const stage = stageOf(store, input);
    const api = store.api(input.restApiId);
    const planned = [...store.usagePlans.values()].find((plan) =>
      plan.settings.apiStages?.some(
        (item) => item.apiId === api.id && item.stage === stage.stageName,
      ),
    );
    if (planned)
      throw badRequest(`Cannot delete the stage because it is in the usage plan ${planned.id}.`);
    api.stages.delete(stage.stageName ?? "");
    store.runtime.authorizerCache.flush(`${api.id}/${stage.stageName}`);
    return {};
  },
);

/** Does nothing: this cloud never caches responses (see the stage's cache cluster). */
export const flushStageCache = operation<FlushStageCacheCommandInput, object>(
  "DELETE",
  (input) => `${path(input)}/cache/data`,
  (input, { store }) => {
    stageOf(store, input);
    return {};
  },
);

function stageOf(store: ApiGatewayStore, { restApiId, stageName }: StageId): Stage {
  const stage = store.apis.get(restApiId ?? "")?.stages.get(stageName ?? "");
  if (!stage) throw notFound("Invalid stage identifier specified");
  return stage;
}

function checkDeployments(api: Api, { deploymentId, canarySettings }: Stage): void {
  for (const id of [deploymentId, ...(canarySettings ? [canarySettings.deploymentId] : [])])
    if (!api.deployments.has(id ?? "")) throw badRequest("Deployment id does not exist");
}

function logs(stage: Stage): boolean {
  const executes = Object.values(stage.methodSettings ?? {}).some(
    ({ loggingLevel }) => loggingLevel === "ERROR" || loggingLevel === "INFO",
  );
  return executes || stage.accessLogSettings?.destinationArn !== undefined;
}
