import {
  UpdateDeploymentCommand,
  UpdateModelCommand,
  UpdateRestApiCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { describeLifecycle } from "../../../support/resourceLifecycle";
import {
  gateway,
  replace,
  text,
  makeApi,
  makeIntegration,
  makeAccount,
  makeStage,
  childId,
} from "./apiGatewayMakers";

describeLifecycle({
  type: "aws:apigateway/restApi:RestApi",
  inputs: () => ({ description: "an api", binaryMediaTypes: ["image/png"], tags: { a: "1" } }),
  updates: [
    { description: "another", minimumCompressionSize: "1024", tags: { b: "2" } },
    { binaryMediaTypes: ["image/gif", "*/*"], disableExecuteApiEndpoint: true },
    { endpointConfiguration: { types: "REGIONAL" }, apiKeySource: "AUTHORIZER" },
    { binaryMediaTypes: undefined, minimumCompressionSize: undefined, tags: undefined },
  ],
  drift: {
    make: (bench, { id: restApiId }) =>
      gateway(bench).send(
        new UpdateRestApiCommand({ restApiId, patchOperations: replace("/description", "mine") }),
      ),
    expected: ["description"],
  },
});

describeLifecycle({
  type: "aws:apigateway/resource:Resource",
  async inputs(bench) {
    const { id, outputs } = await makeApi(bench);
    return { restApi: id, parentId: outputs.rootResourceId, pathPart: "things" };
  },
  updates: [{ pathPart: "{thing}" }],
  replaces: [{ restApi: "other" }],
  importId: childId,
});

describeLifecycle({
  type: "aws:apigateway/model:Model",
  async inputs(bench) {
    const schema = JSON.stringify({ type: "object", required: ["a"] });
    return {
      restApi: (await makeApi(bench)).id,
      contentType: "application/json",
      schema,
      description: "m",
    };
  },
  updates: [{ schema: JSON.stringify({ type: "array" }), description: "n" }],
  replaces: [{ name: "other" }, { contentType: "text/plain" }],
  drift: {
    make: (bench, { inputs }) =>
      gateway(bench).send(
        new UpdateModelCommand({
          restApiId: text(inputs.restApi),
          modelName: text(inputs.name),
          patchOperations: replace("/schema", '{"type":"string"}'),
        }),
      ),
    expected: ["schema"],
  },
  importId: ({ inputs }) => `${text(inputs.restApi)}/${text(inputs.name)}`,
});

describeLifecycle({
  type: "aws:apigateway/requestValidator:RequestValidator",
  inputs: async (bench) => ({ restApi: (await makeApi(bench)).id, validateRequestBody: true }),
  updates: [{ validateRequestBody: false, validateRequestParameters: true, name: "renamed" }],
  replaces: [{ restApi: "other" }],
  importId: childId,
});

describeLifecycle({
  type: "aws:apigateway/response:Response",
  inputs: async (bench) => ({
    restApiId: (await makeApi(bench)).id,
    responseType: "UNAUTHORIZED",
    statusCode: "401",
    responseTemplates: { "application/json": '{"m":$context.error.messageString}' },
  }),
  updates: [
    { statusCode: "403", responseParameters: { "gatewayresponse.header.X-A": "'b'" } },
    { responseParameters: undefined },
  ],
  replaces: [{ responseType: "DEFAULT_4XX" }],
  importId: ({ inputs }) => `${text(inputs.restApiId)}/${text(inputs.responseType)}`,
});

describeLifecycle({
  type: "aws:apigateway/deployment:Deployment",
  inputs: async (bench) => ({
    restApi: (await makeIntegration(bench)).restApi,
    description: "first",
    triggers: { version: "1" },
  }),
  updates: [{ description: "second" }],
  replaces: [{ triggers: { version: "2" } }, { restApi: "other" }],
  drift: {
    make: (bench, { id: deploymentId, inputs }) =>
      gateway(bench).send(
        new UpdateDeploymentCommand({
          restApiId: text(inputs.restApi),
          deploymentId,
          patchOperations: replace("/description", "mine"),
        }),
      ),
    expected: ["description"],
  },
  importId: childId,
  untold: ["triggers"],
});

describeLifecycle({
  type: "aws:apigateway/stage:Stage",
  async inputs(bench) {
    await makeAccount(bench);
    const { restApi } = await makeIntegration(bench);
    const deployment = await bench.make("aws:apigateway/deployment:Deployment", { restApi });
    return {
      restApi,
      deployment: deployment.id,
      stageName: "prod",
      variables: { a: "1" },
      tags: { a: "1" },
    };
  },
  updates: [
    { description: "live", xrayTracingEnabled: true, variables: { a: "2", b: "3" } },
    {
      accessLogSettings: {
        destinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:access",
        format: "$context.requestId",
      },
    },
    { accessLogSettings: undefined, variables: undefined, tags: { b: "2" } },
  ],
  replaces: [{ stageName: "other" }],
  drift: {
    make: (bench, { inputs }) =>
      gateway(bench).send(
        new UpdateStageCommand({
          restApiId: text(inputs.restApi),
          stageName: "prod",
          patchOperations: replace("/variables/hack", "1"),
        }),
      ),
    expected: ["variables"],
  },
  importId: ({ inputs }) => `${text(inputs.restApi)}/${text(inputs.stageName)}`,
});

describeLifecycle({
  type: "aws:apigateway/methodSettings:MethodSettings",
  inputs: async (bench) => ({
    ...(await makeStage(bench)),
    methodPath: "things/GET",
    settings: { metricsEnabled: true, throttlingBurstLimit: 5, throttlingRateLimit: 10 },
  }),
  updates: [
    { settings: { metricsEnabled: false, throttlingBurstLimit: 5, throttlingRateLimit: 10 } },
    { settings: { throttlingRateLimit: 20 } },
  ],
  replaces: [{ methodPath: "*/*" }],
  drift: {
    make: (bench, { inputs }) =>
      gateway(bench).send(
        new UpdateStageCommand({
          restApiId: text(inputs.restApi),
          stageName: "dev",
          patchOperations: replace("/~1things/GET/throttling/rateLimit", "99"),
        }),
      ),
    expected: ["settings.throttlingRateLimit"],
  },
  importId: ({ inputs }) => `${text(inputs.restApi)}/dev/things/GET`,
});
