import {
  DeleteMethodResponseCommand,
  PutIntegrationResponseCommand,
  PutMethodResponseCommand,
  UpdateIntegrationCommand,
  UpdateMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { describeLifecycle, type Made } from "../../../support/resourceLifecycle";
import { gateway, replace, text, makeApi, makeMethod, makeIntegration } from "./apiGatewayMakers";

const key = ({ inputs }: Made): { restApiId: string; resourceId: string; httpMethod: string } => ({
  restApiId: text(inputs.restApi),
  resourceId: text(inputs.resourceId),
  httpMethod: text(inputs.httpMethod),
});
const methodId = ({ inputs }: Made): string =>
  [inputs.restApi, inputs.resourceId, inputs.httpMethod, inputs.statusCode]
    .filter((part) => part !== undefined)
    .join("/");

describeLifecycle({
  type: "aws:apigateway/method:Method",
  async inputs(bench) {
    const { id: restApi, outputs } = await makeApi(bench);
    return {
      restApi,
      resourceId: outputs.rootResourceId,
      httpMethod: "POST",
      authorization: "NONE",
    };
  },
  updates: [
    { apiKeyRequired: true, requestParameters: { "method.request.querystring.q": true } },
    {
      authorization: "AWS_IAM",
      operationName: "Create",
      requestModels: { "application/json": "Empty" },
    },
    { requestParameters: undefined, requestModels: undefined, apiKeyRequired: false },
  ],
  replaces: [{ httpMethod: "PUT" }, { resourceId: "other" }],
  drift: {
    make: (bench, made) =>
      gateway(bench).send(
        new UpdateMethodCommand({
          ...key(made),
          patchOperations: replace("/authorizationType", "NONE"),
        }),
      ),
    expected: ["authorization"],
  },
  importId: methodId,
});

describeLifecycle({
  type: "aws:apigateway/methodResponse:MethodResponse",
  inputs: async (bench) => ({
    ...(await makeMethod(bench)),
    statusCode: "200",
    responseModels: { "application/json": "Empty" },
  }),
  updates: [
    { responseParameters: { "method.response.header.X-A": true } },
    { responseModels: { "application/json": "Error" }, responseParameters: undefined },
  ],
  replaces: [{ statusCode: "201" }],
  drift: {
    async make(bench, made) {
      const at = { ...key(made), statusCode: "200" };
      await gateway(bench).send(new DeleteMethodResponseCommand(at));
      await gateway(bench).send(new PutMethodResponseCommand(at));
    },
    expected: ["responseModels"],
  },
  importId: methodId,
});

describeLifecycle({
  type: "aws:apigateway/integration:Integration",
  inputs: async (bench) => ({
    ...(await makeMethod(bench)),
    type: "HTTP",
    integrationHttpMethod: "GET",
    uri: "https://example.com",
    requestTemplates: { "application/json": "{}" },
  }),
  updates: [
    { timeoutMilliseconds: 5000, uri: "https://example.org" },
    {
      requestParameters: { "integration.request.header.X-A": "'b'" },
      passthroughBehavior: "NEVER",
    },
    {
      requestTemplates: undefined,
      requestParameters: undefined,
      type: "MOCK",
      uri: undefined,
      integrationHttpMethod: undefined,
    },
  ],
  replaces: [{ httpMethod: "PUT" }],
  drift: {
    make: (bench, made) =>
      gateway(bench).send(
        new UpdateIntegrationCommand({
          ...key(made),
          patchOperations: replace("/timeoutInMillis", "50"),
        }),
      ),
    expected: ["timeoutMilliseconds"],
  },
  importId: methodId,
});

describeLifecycle({
  type: "aws:apigateway/integrationResponse:IntegrationResponse",
  inputs: async (bench) => ({
    ...(await makeIntegration(bench)),
    statusCode: "200",
    responseTemplates: { "application/json": "{}" },
  }),
  updates: [
    { selectionPattern: "4\\d\\d" },
    { selectionPattern: undefined, responseTemplates: undefined },
  ],
  replaces: [{ statusCode: "500" }],
  drift: {
    make: (bench, made) =>
      gateway(bench).send(
        new PutIntegrationResponseCommand({
          ...key(made),
          statusCode: "200",
          selectionPattern: ".*",
        }),
      ),
    expected: ["selectionPattern"],
  },
  importId: methodId,
});
