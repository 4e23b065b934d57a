import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateModelCommand,
  CreateRequestValidatorCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteDeploymentCommand,
  DeleteGatewayResponseCommand,
  DeleteModelCommand,
  DeleteRequestValidatorCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  GetAccountCommand,
  GetDeploymentCommand,
  GetGatewayResponseCommand,
  GetModelCommand,
  GetRequestValidatorCommand,
  GetResourceCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  PutGatewayResponseCommand,
  UpdateAccountCommand,
  UpdateDeploymentCommand,
  UpdateModelCommand,
  UpdateRequestValidatorCommand,
  UpdateResourceCommand,
  UpdateRestApiCommand,
  type ApiKeySourceType,
  type EndpointType,
  type GatewayResponseType,
} from "@aws-sdk/client-api-gateway";
import type { AccountArgs } from "@pulumi/aws/apigateway/account";
import type { DeploymentArgs } from "@pulumi/aws/apigateway/deployment";
import type { ModelArgs } from "@pulumi/aws/apigateway/model";
import type { RequestValidatorArgs } from "@pulumi/aws/apigateway/requestValidator";
import type { ResourceArgs } from "@pulumi/aws/apigateway/resource";
import type { ResponseArgs } from "@pulumi/aws/apigateway/response";
import type { RestApiArgs } from "@pulumi/aws/apigateway/restApi";
import { client } from "../clients";
import { defineResource, ignoreGone, unlessGone, untilConsistent, type Args } from "../define";
import type { ProviderContext, ResourceType } from "../types";
import { patches } from "./apiGatewayPatch";

const GONE = ["NotFoundException"];
const api = (context: ProviderContext): APIGatewayClient => client(APIGatewayClient, context);

const restApi = defineResource<Args<RestApiArgs>>({
  token: "aws:apigateway/restApi:RestApi",
  autoname: { property: "name", maxLength: 255 },
  defaults: { apiKeySource: "HEADER" },
  jsonInputs: ["policy"],
  check: ({ body, parameters }) =>
    body || parameters
      ? [{ property: "body", reason: "OpenAPI import is not emulated; declare resources and methods" }]
      : [],
  async create(inputs, context) {
    const { id = "" } = await api(context).send(
      new CreateRestApiCommand({
        name: inputs.name,
        description: inputs.description,
        binaryMediaTypes: inputs.binaryMediaTypes,
        minimumCompressionSize: number(inputs.minimumCompressionSize),
        apiKeySource: inputs.apiKeySource as ApiKeySourceType | undefined,
        endpointConfiguration: inputs.endpointConfiguration && {
          types: [inputs.endpointConfiguration.types as EndpointType],
          vpcEndpointIds: inputs.endpointConfiguration.vpcEndpointIds,
        },
        policy: inputs.policy as string | undefined,
        disableExecuteApiEndpoint: inputs.disableExecuteApiEndpoint,
        tags: inputs.tags,
      }),
    );
    return id;
  },
  read(restApiId, _inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetRestApiCommand({ restApiId }));
      const { items } = await api(context).send(new GetResourcesCommand({ restApiId, limit: 500 }));
      return {
        name: found.name,
        description: found.description,
        arn: `arn:aws:apigateway:${context.aws.region}::/restapis/${restApiId}`,
        executionArn: `arn:aws:execute-api:${context.aws.region}:${context.aws.accountId}:${restApiId}`,
        rootResourceId: items?.find(({ path }) => path === "/")?.id,
        createdDate: found.createdDate?.toISOString(),
        endpointConfiguration: { types: found.endpointConfiguration?.types?.[0] ?? "EDGE" },
        tagsAll: found.tags ?? {},
      };
    });
  },
  async update(restApiId, news, olds, context) {
    const patchOperations = patches(news, olds, {
      name: "/name",
      description: "/description",
      policy: "/policy",
      apiKeySource: "/apiKeySource",
      minimumCompressionSize: "/minimumCompressionSize",
      disableExecuteApiEndpoint: "/disableExecuteApiEndpoint",
    });
    for (const type of news.binaryMediaTypes ?? [])
      if (!olds.binaryMediaTypes?.includes(type))
        patchOperations.push({ op: "add", path: `/binaryMediaTypes/${type.replace("/", "~1")}` });
    for (const type of olds.binaryMediaTypes ?? [])
      if (!news.binaryMediaTypes?.includes(type))
        patchOperations.push({ op: "remove", path: `/binaryMediaTypes/${type.replace("/", "~1")}` });
    if (patchOperations.length > 0)
      await api(context).send(new UpdateRestApiCommand({ restApiId, patchOperations }));
  },
  async delete(restApiId, _state, context) {
    await ignoreGone(GONE, () => api(context).send(new DeleteRestApiCommand({ restApiId })));
  },
});

const resource = defineResource<Args<ResourceArgs>>({
  token: "aws:apigateway/resource:Resource",
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
  read(resourceId, inputs, context) {
    return unlessGone(GONE, async () => {
      const { path, pathPart, parentId } = await api(context).send(
        new GetResourceCommand({ restApiId: String(inputs.restApi), resourceId }),
      );
      return { path, pathPart, parentId };
    });
  },
  async update(resourceId, news, olds, context) {
    const patchOperations = patches(news, olds, { pathPart: "/pathPart", parentId: "/parentId" });
    await api(context).send(
      new UpdateResourceCommand({ restApiId: String(news.restApi), resourceId, patchOperations }),
    );
  },
  async delete(resourceId, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(new DeleteResourceCommand({ restApiId: String(state.restApi), resourceId })),
    );
  },
});

const model = defineResource<Args<ModelArgs>>({
  token: "aws:apigateway/model:Model",
  autoname: { property: "name", maxLength: 255, separator: "", transform: (name) => name.replace(/\W/g, "") },
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
      return { name, schema, description, contentType };
    });
  },
  async update(_id, news, olds, context) {
    const patchOperations = patches(news, olds, { description: "/description", schema: "/schema" });
    await api(context).send(
      new UpdateModelCommand({ restApiId: String(news.restApi), modelName: news.name, patchOperations }),
    );
  },
  async delete(_id, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(new DeleteModelCommand({ restApiId: String(state.restApi), modelName: state.name })),
    );
  },
});

const requestValidator = defineResource<Args<RequestValidatorArgs>>({
  token: "aws:apigateway/requestValidator:RequestValidator",
  autoname: { property: "name", maxLength: 255 },
  required: ["restApi"],
  defaults: { validateRequestBody: false, validateRequestParameters: false },
  replaceOn: ["restApi"],
  async create(inputs, context) {
    const { id = "" } = await api(context).send(
      new CreateRequestValidatorCommand({ ...inputs, restApiId: String(inputs.restApi) }),
    );
    return id;
  },
  read(requestValidatorId, inputs, context) {
    return unlessGone(GONE, async () => {
      const { name, validateRequestBody, validateRequestParameters } = await api(context).send(
        new GetRequestValidatorCommand({ restApiId: String(inputs.restApi), requestValidatorId }),
      );
      return { name, validateRequestBody, validateRequestParameters };
    });
  },
  async update(requestValidatorId, news, olds, context) {
    const patchOperations = patches(news, olds, {
      name: "/name",
      validateRequestBody: "/validateRequestBody",
      validateRequestParameters: "/validateRequestParameters",
    });
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

const deployment = defineResource<Args<DeploymentArgs>>({
  token: "aws:apigateway/deployment:Deployment",
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
  read(deploymentId, inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(
        new GetDeploymentCommand({ restApiId: String(inputs.restApi), deploymentId }),
      );
      return { description: found.description, createdDate: found.createdDate?.toISOString() };
    });
  },
  async update(deploymentId, news, olds, context) {
    const patchOperations = patches(news, olds, { description: "/description" });
    await api(context).send(
      new UpdateDeploymentCommand({ restApiId: String(news.restApi), deploymentId, patchOperations }),
    );
  },
  async delete(deploymentId, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(new DeleteDeploymentCommand({ restApiId: String(state.restApi), deploymentId })),
    );
  },
});

const gatewayResponse = defineResource<Args<ResponseArgs>>({
  token: "aws:apigateway/response:Response",
  required: ["responseType", "restApiId"],
  replaceOn: ["responseType", "restApiId"],
  async create(inputs, context) {
    await putGatewayResponse(inputs, context);
    return `aggr-${inputs.restApiId}-${inputs.responseType}`;
  },
  read(_id, { restApiId, responseType }, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(
        new GetGatewayResponseCommand({ restApiId, responseType: responseType as GatewayResponseType }),
      );
      if (found.defaultResponse) return undefined;
      const { statusCode, responseParameters, responseTemplates } = found;
      return { statusCode, responseParameters, responseTemplates };
    });
  },
  update: (_id, news, _olds, context) => putGatewayResponse(news, context),
  async delete(_id, { restApiId, responseType }, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new DeleteGatewayResponseCommand({ restApiId, responseType: responseType as GatewayResponseType }),
      ),
    );
  },
});

/** One per account and region: deleting it only forgets it, as the real provider does unless told to reset. */
const account = defineResource<Args<AccountArgs>>({
  token: "aws:apigateway/account:Account",
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
  delete: () => Promise.resolve(),
});

export const API_GATEWAY_RESOURCES: readonly ResourceType[] = [
  restApi,
  resource,
  model,
  requestValidator,
  deployment,
  gatewayResponse,
  account,
];

async function putGatewayResponse(inputs: Args<ResponseArgs>, context: ProviderContext): Promise<void> {
  await api(context).send(
    new PutGatewayResponseCommand({
      ...inputs,
      responseType: inputs.responseType as GatewayResponseType,
    }),
  );
}

async function setAccountRole(inputs: Args<AccountArgs>, context: ProviderContext): Promise<void> {
  const value = inputs.cloudwatchRoleArn ?? "";
  await untilConsistent(
    (error) => /role|permission/i.test(error.message),
    () =>
      api(context).send(
        new UpdateAccountCommand({ patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value }] }),
      ),
  );
}

function number(text: string | number | undefined): number | undefined {
  return text === undefined || text === "" ? undefined : Number(text);
}
