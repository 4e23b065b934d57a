import type {
  CreateDeploymentCommandInput,
  CreateDeploymentCommandOutput,
  DeleteDeploymentCommandInput,
  Deployment,
  GetDeploymentCommandInput,
  GetDeploymentCommandOutput,
  GetDeploymentsCommandInput,
  GetDeploymentsCommandOutput,
  MethodSnapshot,
  Stage,
  UpdateDeploymentCommandInput,
  UpdateDeploymentCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, notFound } from "../model/apiErrors";
import { newId } from "../model/identifiers";
import { takeSnapshot, type ApiSnapshot } from "../model/snapshot";
import type { Api, ApiGatewayStore, StoredDeployment } from "../store";
import { checkVariables, newCanary, newStage, touch } from "../model/newStage";
import { operation, type Output } from "../model/operation";
import { listPage } from "../model/paging";
import { patched, plainRefusals, replaceText } from "../model/patch";

interface DeploymentId {
  restApiId: string | undefined;
  deploymentId: string | undefined;
}

const listPath = ({ restApiId }: { restApiId: string | undefined }): string =>
  `/restapis/${restApiId}/deployments`;
const path = (id: DeploymentId): string => `${listPath(id)}/${id.deploymentId}`;

export const createDeployment = operation<
  CreateDeploymentCommandInput,
  Output<CreateDeploymentCommandOutput>
>("POST", listPath, (input, { store, clock }) => {
  const api = store.api(input.restApiId);
  checkDeployable(api);
  const now = clock.date();
  checkCanary(api, input);
  const summary: Deployment = {
    id: newId(),
    ...(input.description !== undefined && { description: input.description }),
    createdDate: now,
  };
  const stage = input.stageName ? stageAfter(api, input, summary.id ?? "", now) : undefined;
  api.deployments.set(summary.id ?? "", { summary, snapshot: takeSnapshot(api) });
  if (stage) api.stages.set(stage.stageName ?? "", stage);
  return { ...summary };
});

export const getDeployment = operation<
  GetDeploymentCommandInput,
  Output<GetDeploymentCommandOutput>
>("GET", path, (input, { store }) => {
  const { summary, snapshot } = deploymentOf(store, input);
  return {
    ...summary,
    ...(input.embed?.includes("apisummary") && { apiSummary: apiSummary(snapshot) }),
  };
});

export const getDeployments = operation<
  GetDeploymentsCommandInput,
  Output<GetDeploymentsCommandOutput>
>("GET", listPath, (input, { store }) => {
  const deployments = [...store.api(input.restApiId).deployments.values()];
  return listPage(
    deployments.map(({ summary }) => ({ ...summary })),
    input,
    ({ id }) => id ?? "",
  );
});

export const updateDeployment = operation<
  UpdateDeploymentCommandInput,
  Output<UpdateDeploymentCommandOutput>
>("PATCH", path, (input, { store }) => {
  const { summary, snapshot } = deploymentOf(store, input);
  const changed = patched(
    summary,
    input.patchOperations,
    [
      replaceText("/description", (deployment, value) => {
        deployment.description = value;
      }),
    ],
    plainRefusals,
    "updateDeploymentInput",
  );
  store.api(input.restApiId).deployments.set(summary.id ?? "", { summary: changed, snapshot });
  return { ...changed };
});

export const deleteDeployment = operation<DeleteDeploymentCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    deploymentOf(store, input);
    const api = store.api(input.restApiId);
    for (const stage of api.stages.values())
      if (
        stage.deploymentId === input.deploymentId ||
        stage.canarySettings?.deploymentId === input.deploymentId
      )
        throw badRequest("Active stages pointing to this deployment must be moved or deleted");
    api.deployments.delete(input.deploymentId ?? "");
    return {};
  },
);

export function deploymentOf(store: ApiGatewayStore, id: DeploymentId): StoredDeployment {
  const api = store.apis.get(id.restApiId ?? "");
  const deployment = api?.deployments.get(id.deploymentId ?? "");
  if (!deployment) throw notFound("Invalid Deployment identifier specified");
  return deployment;
}

function checkDeployable(api: Api): void {
  const methods = [...api.resources.values()].flatMap((resource) => [...resource.methods.values()]);
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (methods.some((method) => !method.methodIntegration))
    throw badRequest("No integration defined for method");
}

function checkCanary(api: Api, { canarySettings, stageName }: CreateDeploymentCommandInput): void {
  if (!canarySettings) return;
  if (!stageName)
    throw badRequest(
      "Invalid deployment content specified.Non null and non empty stageName must be provided for " +
        `canary deployment. Provided value is ${stageName ?? "null"}`,
    );
  if (!api.stages.has(stageName))
    throw badRequest(
      `Invalid deployment content specified.Stage ${stageName} must already be created before making a canary release deployment`,
    );
}

/** Returns the stage after the deployment: created, moved to the deployment, or with a canary. */
function stageAfter(
  api: Api,
  input: CreateDeploymentCommandInput,
  deploymentId: string,
  now: Date,
): Stage {
  const { stageName = "", variables, canarySettings } = input;
  const old = api.stages.get(stageName);
  if (variables) checkVariables(variables);
  if (!old)
    return newStage(
      {
        stageName,
        deploymentId,
        description: input.stageDescription,
        variables,
        cacheClusterEnabled: input.cacheClusterEnabled,
        cacheClusterSize: input.cacheClusterSize,
        tracingEnabled: input.tracingEnabled,
      },
      now,
    );
  if (canarySettings)
    return touch(
      {
        ...old,
        canarySettings: newCanary({ ...canarySettings, deploymentId }),
      },
      now,
    );
  return touch(
    {
      ...old,
      deploymentId,
      ...(input.stageDescription !== undefined && { description: input.stageDescription }),
      ...(variables && { variables: { ...variables } }),
      ...(input.tracingEnabled !== undefined && { tracingEnabled: input.tracingEnabled }),
    },
    now,
  );
}

function apiSummary(snapshot: ApiSnapshot): Record<string, Record<string, MethodSnapshot>> {
  return Object.fromEntries(
    snapshot.resources
      .filter(({ methods }) => Object.keys(methods).length > 0)
      .map(({ path: resourcePath, methods }) => [
        resourcePath,
        Object.fromEntries(
          Object.entries(methods).map(([verb, method]) => [
            verb,
            {
              authorizationType: method.authorizationType,
              apiKeyRequired: method.apiKeyRequired,
            },
          ]),
        ),
      ]),
  );
}
