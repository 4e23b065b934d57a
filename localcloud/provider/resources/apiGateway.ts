import {
  CreateDeploymentCommand,
  CreateResourceCommand,
  DeleteDeploymentCommand,
  DeleteResourceCommand,
  GetAccountCommand,
  GetDeploymentCommand,
  GetResourceCommand,
  UpdateAccountCommand,
  UpdateDeploymentCommand,
  UpdateResourceCommand,
} from "@aws-sdk/client-api-gateway";
import type { AccountArgs } from "@pulumi/aws/apigateway/account";
import type { DeploymentArgs } from "@pulumi/aws/apigateway/deployment";
import type { ResourceArgs } from "@pulumi/aws/apigateway/resource";
import { defineResource, ignoreGone, unlessGone, untilConsistent, type Args } from "../define";
import type { ProviderContext, ResourceType } from "../types";
import { api, GONE, idParts } from "./apiGatewayClient";
import { patches } from "./apiGatewayPatch";
import { restApi } from "./apiGatewayRestApi";

const resource = defineResource<Args<ResourceArgs>>({
  token: "aws:apigateway/resource:Resource",
  inputs: ["parentId", "pathPart", "restApi"],
  importKey: (id) => idParts(id, "restApi", "id"),
  required: ["parentId", "pathPart", "restApi"],
  replaceOn: ["restApi"],
  async create(inputs, context) {
    const { id = "" } = await api(context).send(
      new CreateResourceCommand({
        restApiId: String(inputs.restApi),
        parentId: inputs.parentId,
        pathPart: inputs.pathPart,
      }),
    );
    return id;
  },
  read(id, inputs, context) {
    const resourceId = id.split("/").at(-1);
    return unlessGone(GONE, async () => {
      const { path, pathPart, parentId } = await api(context).send(
        new GetResourceCommand({ restApiId: String(inputs.restApi), resourceId }),
      );
      return { restApi: inputs.restApi, path, pathPart, parentId };
    });
  },
  async update(resourceId, news, olds, context) {
    const patchOperations = patches(news, olds, { pathPart: "/pathPart", parentId: "/parentId" });
    if (patchOperations.length === 0) return;
    await api(context).send(
      new UpdateResourceCommand({ restApiId: String(news.restApi), resourceId, patchOperations }),
    );
  },
  async delete(resourceId, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new DeleteResourceCommand({ restApiId: String(state.restApi), resourceId }),
      ),
    );
  },
});

const deployment = defineResource<Args<DeploymentArgs>>({
  token: "aws:apigateway/deployment:Deployment",
  inputs: ["description", "restApi", "triggers", "variables"],
  importKey: (id) => idParts(id, "restApi", "id"),
  required: ["restApi"],
  replaceOn: ["restApi", "triggers", "variables"],
  async create(inputs, context) {
    const { id = "" } = await api(context).send(
      new CreateDeploymentCommand({
        restApiId: String(inputs.restApi),
        description: inputs.description,
        variables: inputs.variables,
      }),
    );
    return id;
  },
  read(id, inputs, context) {
    const deploymentId = id.split("/").at(-1);
    return unlessGone(GONE, async () => {
      const found = await api(context).send(
        new GetDeploymentCommand({ restApiId: String(inputs.restApi), deploymentId }),
      );
      return {
        restApi: inputs.restApi,
        description: found.description,
        createdDate: found.createdDate?.toISOString(),
      };
    });
  },
  async update(deploymentId, news, olds, context) {
    const patchOperations = patches(news, olds, { description: "/description" });
    if (patchOperations.length === 0) return;
    await api(context).send(
      new UpdateDeploymentCommand({
        restApiId: String(news.restApi),
        deploymentId,
        patchOperations,
      }),
    );
  },
  async delete(deploymentId, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new DeleteDeploymentCommand({ restApiId: String(state.restApi), deploymentId }),
      ),
    );
  },
});

/** Exists once per account and region, always: deleting it only removes the role. */
const account = defineResource<Args<AccountArgs>>({
  token: "aws:apigateway/account:Account",
  inputs: ["cloudwatchRoleArn"],
  async create(inputs, context) {
    await setAccountRole(inputs, context);
    return "api-gateway-account";
  },
  async read(_id, _inputs, context) {
    const found = await api(context).send(new GetAccountCommand({}));
    return {
      cloudwatchRoleArn: found.cloudwatchRoleArn,
      throttleSettings: [found.throttleSettings],
      apiKeyVersion: found.apiKeyVersion,
      features: found.features ?? [],
    };
  },
  update: (_id, news, _olds, context) => setAccountRole(news, context),
  delete: (_id, _state, context) => setAccountRole({}, context),
});

export const API_GATEWAY_RESOURCES: readonly ResourceType[] = [
  restApi,
  resource,
  deployment,
  account,
];

async function setAccountRole(inputs: Args<AccountArgs>, context: ProviderContext): Promise<void> {
  const value = inputs.cloudwatchRoleArn ?? "";
  await untilConsistent(
    (error) => /role|permission/i.test(error.message),
    () =>
      api(context).send(
        new UpdateAccountCommand({
          patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value }],
        }),
      ),
  );
}
