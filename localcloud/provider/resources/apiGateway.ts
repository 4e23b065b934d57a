import {
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteDeploymentCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  GetAccountCommand,
  GetDeploymentCommand,
  GetResourceCommand,
  GetRestApiCommand,
  UpdateAccountCommand,
  UpdateDeploymentCommand,
  UpdateResourceCommand,
  UpdateRestApiCommand,
  type ApiKeySourceType,
  type EndpointConfiguration,
  type EndpointType,
  type PatchOperation,
} from "@aws-sdk/client-api-gateway";
import type { AccountArgs } from "@pulumi/aws/apigateway/account";
import type { DeploymentArgs } from "@pulumi/aws/apigateway/deployment";
import type { ResourceArgs } from "@pulumi/aws/apigateway/resource";
import type { RestApiArgs } from "@pulumi/aws/apigateway/restApi";
import {
  defineResource,
  ignoreGone,
  tagOutputs,
  unlessGone,
  untilConsistent,
  type Args,
} from "../define";
import type { ProviderContext, ResourceType } from "../types";
import { api, GONE, idParts, setTags } from "./apiGatewayClient";
import { listPatches, patches } from "./apiGatewayPatch";

const restApi = defineResource<Args<RestApiArgs>>({
  token: "aws:apigateway/restApi:RestApi",
  inputs: [
    "apiKeySource",
    "binaryMediaTypes",
    "body",
    "description",
    "disableExecuteApiEndpoint",
    "endpointConfiguration",
    "minimumCompressionSize",
    "name",
    "policy",
    "tags",
  ],
  computed: ["apiKeySource", "description", "endpointConfiguration", "policy"],
  autoname: { property: "name", maxLength: 255 },
  defaults: { apiKeySource: "HEADER" },
  jsonInputs: ["policy"],
  check: ({ body }) =>
    body
      ? [
          {
            property: "body",
            reason: "OpenAPI import is not emulated; declare resources and methods",
          },
        ]
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
        policy: inputs.policy,
        disableExecuteApiEndpoint: inputs.disableExecuteApiEndpoint,
        tags: inputs.tags,
      }),
    );
    return id;
  },
  read(restApiId, _inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetRestApiCommand({ restApiId }));
      return {
        name: found.name,
        description: found.description,
        arn: `arn:aws:apigateway:${context.aws.region}::/restapis/${restApiId}`,
        executionArn: `arn:aws:execute-api:${context.aws.region}:${context.aws.accountId}:${restApiId}`,
        rootResourceId: found.rootResourceId,
        createdDate: found.createdDate?.toISOString(),
        apiKeySource: found.apiKeySource,
        binaryMediaTypes: found.binaryMediaTypes,
        disableExecuteApiEndpoint: found.disableExecuteApiEndpoint ?? false,
        minimumCompressionSize:
          found.minimumCompressionSize === undefined
            ? undefined
            : String(found.minimumCompressionSize),
        policy: found.policy,
        endpointConfiguration: endpointOutput(found.endpointConfiguration),
        ...tagOutputs(found.tags),
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
    patchOperations.push(
      ...listPatches("/binaryMediaTypes", olds.binaryMediaTypes, news.binaryMediaTypes),
      ...endpointPatches(olds.endpointConfiguration, news.endpointConfiguration),
    );
    if (patchOperations.length > 0)
      await api(context).send(new UpdateRestApiCommand({ restApiId, patchOperations }));
    await setTags(`/restapis/${restApiId}`, olds.tags, news.tags, context);
  },
  async delete(restApiId, _state, context) {
    await ignoreGone(GONE, () => api(context).send(new DeleteRestApiCommand({ restApiId })));
  },
});

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

function number(text: string | number | undefined): number | undefined {
  return text === undefined || text === "" ? undefined : Number(text);
}

type Endpoint = Args<RestApiArgs>["endpointConfiguration"];

function endpointOutput(found: EndpointConfiguration | undefined): Record<string, unknown> {
  const types = found?.types?.[0] ?? "EDGE";
  return found?.vpcEndpointIds?.length
    ? { types, vpcEndpointIds: found.vpcEndpointIds }
    : { types };
}

function endpointPatches(old: Endpoint, now: Endpoint): PatchOperation[] {
  const from = old?.types ?? "EDGE";
  if (!now || now.types === from) return [];
  return [{ op: "replace", path: `/endpointConfiguration/types/${from}`, value: now.types }];
}
