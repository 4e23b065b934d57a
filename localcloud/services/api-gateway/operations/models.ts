import type {
  CreateModelCommandInput,
  CreateModelCommandOutput,
  DeleteModelCommandInput,
  GetModelCommandInput,
  GetModelCommandOutput,
  GetModelsCommandInput,
  GetModelsCommandOutput,
  Model,
  UpdateModelCommandInput,
  UpdateModelCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, conflict, notFound, unsupportedOption } from "../model/apiErrors";
import { newId } from "../model/identifiers";
import { pathOf, type Api, type ApiGatewayStore } from "../store";
import { compileModels, ModelError } from "../model/models";
import { operation, type Output } from "../model/operation";
import { listPage } from "../model/paging";
import { listingRefusals, patched, replaceText } from "../model/patch";

interface ModelId {
  restApiId: string | undefined;
  modelName: string | undefined;
}

const path = ({ restApiId, modelName }: ModelId): string =>
  `/restapis/${restApiId}/models/${modelName}`;

export const createModel = operation<CreateModelCommandInput, Output<CreateModelCommandOutput>>(
  "POST",
  ({ restApiId }) => `/restapis/${restApiId}/models`,
  (input, { store }) => {
    const api = store.api(input.restApiId);
    const name = input.name ?? "";
    if (name === "") throw badRequest("Model name must be non-empty");
    if (!/^[A-Za-z0-9]+$/.test(name)) throw badRequest("Model name must be alphanumeric: " + name);
    if (api.models.has(name)) throw conflict("Model name already exists for this REST API");
    const model: Model = {
      id: newId(),
      name,
      ...(input.description !== undefined && { description: input.description }),
      schema: input.schema,
      contentType: input.contentType,
    };
    checkSchema(api, model);
    api.models.set(name, model);
    return structuredClone(model);
  },
);

export const getModel = operation<GetModelCommandInput, Output<GetModelCommandOutput>>(
  "GET",
  path,
  (input, { store }) => {
    if (input.flatten) throw unsupportedOption("flatten");
    return structuredClone(modelOf(store, input));
  },
);

export const getModels = operation<GetModelsCommandInput, Output<GetModelsCommandOutput>>(
  "GET",
  ({ restApiId }) => `/restapis/${restApiId}/models`,
  (input, { store }) => {
    const models = [...store.api(input.restApiId).models.values()];
    return listPage(structuredClone(models), input, ({ name }) => name ?? "");
  },
);

export const updateModel = operation<UpdateModelCommandInput, Output<UpdateModelCommandOutput>>(
  "PATCH",
  path,
  (input, { store }) => {
    const model = patched(
      modelOf(store, input),
      input.patchOperations,
      [
        replaceText("/description", (target, value) => {
          target.description = value;
        }),
        replaceText("/schema", (target, value) => {
          target.schema = value;
        }),
      ],
      listingRefusals(["/description", "/schema"]),
      "updateModelInput",
    );
    const api = store.api(input.restApiId);
    checkSchema(api, model);
    api.models.set(model.name ?? "", model);
    return structuredClone(model);
  },
);

export const deleteModel = operation<DeleteModelCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    const { name = "" } = modelOf(store, input);
    const api = store.api(input.restApiId);
    refuseWhileUsed(api, name);
    api.models.delete(name);
    return {};
  },
);

/** The two models that every new API has. */
export function defaultModels(): Model[] {
  const schema = (title: string, properties?: object): string =>
    JSON.stringify(
      {
        $schema: "http://json-schema.org/draft-04/schema#",
        title: `${title} Schema`,
        type: "object",
        ...(properties && { properties }),
      },
      null,
      2,
    );
  return [
    {
      id: newId(),
      name: "Empty",
      description: "This is a default empty schema model",
      schema: schema("Empty"),
      contentType: "application/json",
    },
    {
      id: newId(),
      name: "Error",
      description: "This is a default error schema model",
      schema: schema("Error", { message: { type: "string" } }),
      contentType: "application/json",
    },
  ];
}

function modelOf(store: ApiGatewayStore, { restApiId, modelName }: ModelId): Model {
  const model = store.apis.get(restApiId ?? "")?.models.get(modelName ?? "");
  if (!model) throw notFound(`Invalid model name specified: ${modelName}`);
  return model;
}

function checkSchema(api: Api, model: Model): void {
  if (!model.schema || /^\s*\{\s*\}\s*$/.test(model.schema))
    throw badRequest("Model schema must have at least 1 property or array items defined");
  if (model.contentType !== "application/json") return;
  try {
    const models = { ...Object.fromEntries(api.models), [model.name ?? ""]: model };
    compileModels(api.id, models).check(model.name ?? "");
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw badRequest(
      `Invalid model specified: Validation Result: warnings : [], errors : [${error.message}]`,
    );
  }
}

function refuseWhileUsed(api: Api, name: string): void {
  for (const resource of api.resources.values())
    for (const [verb, method] of resource.methods) {
      const place = `${pathOf(api, resource)}/${verb}`;
      if (Object.values(method.requestModels ?? {}).includes(name))
        throw conflict(`Cannot delete model '${name}', is referenced in method request: ${place}`);
      for (const response of Object.values(method.methodResponses ?? {}))
        if (Object.values(response.responseModels ?? {}).includes(name))
          throw conflict(
            `Cannot delete model '${name}', is referenced in method response: ${place}/${response.statusCode}`,
          );
    }
}
