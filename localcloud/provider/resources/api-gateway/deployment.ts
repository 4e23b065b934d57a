import {
  CreateDeploymentCommand,
  DeleteDeploymentCommand,
  GetDeploymentCommand,
  UpdateDeploymentCommand,
} from "@aws-sdk/client-api-gateway";
import type { DeploymentArgs } from "@pulumi/aws/apigateway/deployment";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import { api, GONE, idParts } from "./client";
import { patches } from "./patch";

export const deployment = defineResource<Args<DeploymentArgs>>({
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
