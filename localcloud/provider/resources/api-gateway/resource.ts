import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  UpdateResourceCommand,
} from "@aws-sdk/client-api-gateway";
import type { ResourceArgs } from "@pulumi/aws/apigateway/resource";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import { api, GONE, idParts } from "./client";
import { patches } from "./patch";

export const resource = defineResource<Args<ResourceArgs>>({
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
