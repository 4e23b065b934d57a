import {
  CreateModelCommand,
  CreateRequestValidatorCommand,
  DeleteGatewayResponseCommand,
  DeleteModelCommand,
  DeleteRequestValidatorCommand,
  GetGatewayResponseCommand,
  GetModelCommand,
  GetRequestValidatorCommand,
  PutGatewayResponseCommand,
  UpdateModelCommand,
  UpdateRequestValidatorCommand,
  type GatewayResponseType,
} from "@aws-sdk/client-api-gateway";
import type { ModelArgs } from "@pulumi/aws/apigateway/model";
import type { RequestValidatorArgs } from "@pulumi/aws/apigateway/requestValidator";
import type { ResponseArgs } from "@pulumi/aws/apigateway/response";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import type { ProviderContext } from "../../types";
import { api, GONE, idParts } from "./client";
import { patches } from "./patch";

export const model = defineResource<Args<ModelArgs>>({
  token: "aws:apigateway/model:Model",
  inputs: ["contentType", "description", "name", "restApi", "schema"],
  importKey: (id) => idParts(id, "restApi", "name"),
  autoname: {
    property: "name",
    maxLength: 255,
    separator: "",
    transform: (name) => name.replace(/\W/g, ""),
  },
  required: ["contentType", "restApi"],
  replaceOn: ["name", "restApi", "contentType"],
  jsonInputs: ["schema"],
  async create(inputs, context) {
    const { id = "" } = await api(context).send(
      new CreateModelCommand({
        restApiId: String(inputs.restApi),
        name: inputs.name,
        contentType: inputs.contentType,
        description: inputs.description,
        schema: inputs.schema,
      }),
    );
    return id;
  },
  read(_id, inputs, context) {
    return unlessGone(GONE, async () => {
      const { name, schema, description, contentType } = await api(context).send(
        new GetModelCommand({ restApiId: String(inputs.restApi), modelName: inputs.name }),
      );
      return { restApi: inputs.restApi, name, schema, description, contentType };
    });
  },
  async update(_id, news, olds, context) {
    const patchOperations = patches(news, olds, { description: "/description", schema: "/schema" });
    if (patchOperations.length === 0) return;
    await api(context).send(
      new UpdateModelCommand({
        restApiId: String(news.restApi),
        modelName: news.name,
        patchOperations,
      }),
    );
  },
  async delete(_id, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new DeleteModelCommand({ restApiId: String(state.restApi), modelName: state.name }),
      ),
    );
  },
});

export const requestValidator = defineResource<Args<RequestValidatorArgs>>({
  token: "aws:apigateway/requestValidator:RequestValidator",
  inputs: ["name", "restApi", "validateRequestBody", "validateRequestParameters"],
  importKey: (id) => idParts(id, "restApi", "id"),
  autoname: { property: "name", maxLength: 255 },
  required: ["restApi"],
  defaults: { validateRequestBody: false, validateRequestParameters: false },
  replaceOn: ["restApi"],
  async create(inputs, context) {
    const { id = "" } = await api(context).send(
      new CreateRequestValidatorCommand({
        restApiId: String(inputs.restApi),
        name: inputs.name,
        validateRequestBody: inputs.validateRequestBody,
        validateRequestParameters: inputs.validateRequestParameters,
      }),
    );
    return id;
  },
  read(id, inputs, context) {
    const requestValidatorId = id.split("/").at(-1);
    return unlessGone(GONE, async () => {
      const { name, validateRequestBody, validateRequestParameters } = await api(context).send(
        new GetRequestValidatorCommand({ restApiId: String(inputs.restApi), requestValidatorId }),
      );
      return { restApi: inputs.restApi, name, validateRequestBody, validateRequestParameters };
    });
  },
  async update(requestValidatorId, news, olds, context) {
    const patchOperations = patches(news, olds, {
      name: "/name",
      validateRequestBody: "/validateRequestBody",
      validateRequestParameters: "/validateRequestParameters",
    });
    if (patchOperations.length === 0) return;
    await api(context).send(
      new UpdateRequestValidatorCommand({
        restApiId: String(news.restApi),
        requestValidatorId,
        patchOperations,
      }),
    );
  },
  async delete(requestValidatorId, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new DeleteRequestValidatorCommand({ restApiId: String(state.restApi), requestValidatorId }),
      ),
    );
  },
});

export const gatewayResponse = defineResource<Args<ResponseArgs>>({
  token: "aws:apigateway/response:Response",
  inputs: ["responseParameters", "responseTemplates", "responseType", "restApiId", "statusCode"],
  computed: ["statusCode"],
  importKey: (id) => idParts(id, "restApiId", "responseType"),
  required: ["responseType", "restApiId"],
  replaceOn: ["responseType", "restApiId"],
  async create(inputs, context) {
    await putGatewayResponse(inputs, context);
    return `aggr-${inputs.restApiId}-${inputs.responseType}`;
  },
  read(_id, { restApiId, responseType }, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(
        new GetGatewayResponseCommand({
          restApiId,
          responseType: responseType as GatewayResponseType,
        }),
      );
      if (found.defaultResponse) return undefined;
      const { statusCode, responseParameters, responseTemplates } = found;
      return { restApiId, responseType, statusCode, responseParameters, responseTemplates };
    });
  },
  update: (_id, news, _olds, context) => putGatewayResponse(news, context),
  async delete(_id, { restApiId, responseType }, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new DeleteGatewayResponseCommand({
          restApiId,
          responseType: responseType as GatewayResponseType,
        }),
      ),
    );
  },
});

async function putGatewayResponse(
  inputs: Args<ResponseArgs>,
  context: ProviderContext,
): Promise<void> {
  await api(context).send(
    new PutGatewayResponseCommand({
      restApiId: inputs.restApiId,
      responseType: inputs.responseType as GatewayResponseType,
      statusCode: inputs.statusCode,
      responseParameters: inputs.responseParameters,
      responseTemplates: inputs.responseTemplates,
    }),
  );
}
