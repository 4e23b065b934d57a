import {
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetRestApiCommand,
  UpdateRestApiCommand,
  type ApiKeySourceType,
  type EndpointConfiguration,
  type EndpointType,
  type PatchOperation,
} from "@aws-sdk/client-api-gateway";
import type { RestApiArgs } from "@pulumi/aws/apigateway/restApi";
import { defineResource, ignoreGone, tagOutputs, unlessGone, type Args } from "../../define";
import { api, GONE, setTags } from "./client";
import { listPatches, patches } from "./patch";

export const restApi = defineResource<Args<RestApiArgs>>({
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
