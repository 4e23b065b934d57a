import {
  APIGatewayClient,
  DeleteMethodResponseCommand,
  PutIntegrationResponseCommand,
  PutMethodResponseCommand,
  UpdateApiKeyCommand,
  UpdateAuthorizerCommand,
  UpdateDeploymentCommand,
  UpdateIntegrationCommand,
  UpdateMethodCommand,
  UpdateModelCommand,
  UpdateRestApiCommand,
  UpdateStageCommand,
  UpdateUsagePlanCommand,
  type PatchOperation,
} from "@aws-sdk/client-api-gateway";
import { client } from "../../provider/clients";
import { describeLifecycle, type Made, type ProviderBench } from "../support/resourceLifecycle";

const gateway = ({ context }: ProviderBench): APIGatewayClient => client(APIGatewayClient, context);
const replace = (path: string, value: string): PatchOperation[] => [{ op: "replace", path, value }];
const text = (value: unknown): string => String(value);

const LOGS_ROLE = {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "apigateway.amazonaws.com" },
      },
    ],
  }),
  forceDetachPolicies: true,
  managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
};

const makeApi = (bench: ProviderBench): Promise<Made> =>
  bench.make("aws:apigateway/restApi:RestApi", {});

async function makeMethod(bench: ProviderBench): Promise<Record<string, unknown>> {
  const { id: restApi, outputs } = await makeApi(bench);
  const resource = await bench.make("aws:apigateway/resource:Resource", {
    restApi,
    parentId: outputs.rootResourceId,
    pathPart: "things",
  });
  const key = { restApi, resourceId: resource.id, httpMethod: "GET" };
  await bench.make("aws:apigateway/method:Method", { ...key, authorization: "NONE" });
  return key;
}

async function makeIntegration(bench: ProviderBench): Promise<Record<string, unknown>> {
  const key = await makeMethod(bench);
  await bench.make("aws:apigateway/integration:Integration", { ...key, type: "MOCK" });
  await bench.make("aws:apigateway/methodResponse:MethodResponse", { ...key, statusCode: "200" });
  return key;
}

/** Sets the account's role for logs, which every stage with logging requires. */
async function makeAccount(bench: ProviderBench): Promise<void> {
  const role = await bench.make("aws:iam/role:Role", LOGS_ROLE);
  await bench.make("aws:apigateway/account:Account", { cloudwatchRoleArn: role.outputs.arn });
}

async function makeStage(bench: ProviderBench): Promise<Record<string, unknown>> {
  const { restApi } = await makeIntegration(bench);
  const deployment = await bench.make("aws:apigateway/deployment:Deployment", { restApi });
  await bench.make("aws:apigateway/stage:Stage", {
    restApi,
    deployment: deployment.id,
    stageName: "dev",
  });
  return { restApi, stageName: "dev" };
}

const key = ({ inputs }: Made): { restApiId: string; resourceId: string; httpMethod: string } => ({
  restApiId: text(inputs.restApi),
  resourceId: text(inputs.resourceId),
  httpMethod: text(inputs.httpMethod),
});
const methodId = ({ inputs }: Made): string =>
  [inputs.restApi, inputs.resourceId, inputs.httpMethod, inputs.statusCode]
    .filter((part) => part !== undefined)
    .join("/");
const childId = ({ id, inputs }: Made): string => `${text(inputs.restApi)}/${id}`;

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

describeLifecycle({
  type: "aws:apigateway/authorizer:Authorizer",
  async inputs(bench) {
    const uri = (name: string): string =>
      `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:${name}/invocations`;
    return { restApi: (await makeApi(bench)).id, authorizerUri: uri("check") };
  },
  updates: [
    { authorizerResultTtlInSeconds: 0, identitySource: "method.request.header.Token" },
    { identityValidationExpression: "^x", type: "REQUEST" },
    { identityValidationExpression: undefined, type: "TOKEN" },
  ],
  replaces: [{ restApi: "other" }],
  drift: {
    make: (bench, { id: authorizerId, inputs }) =>
      gateway(bench).send(
        new UpdateAuthorizerCommand({
          restApiId: text(inputs.restApi),
          authorizerId,
          patchOperations: replace("/authorizerResultTtlInSeconds", "60"),
        }),
      ),
    expected: ["authorizerResultTtlInSeconds"],
  },
  importId: childId,
});

describeLifecycle({
  type: "aws:apigateway/apiKey:ApiKey",
  inputs: () => ({ description: "for one", tags: { a: "1" } }),
  updates: [
    { enabled: false, description: "for two", tags: { b: "2" } },
    { enabled: true, tags: undefined },
  ],
  replaces: [{ name: "other" }, { value: "x".repeat(20) }],
  drift: {
    make: (bench, { id: apiKey }) =>
      gateway(bench).send(
        new UpdateApiKeyCommand({ apiKey, patchOperations: replace("/enabled", "false") }),
      ),
    expected: ["enabled"],
  },
});

describeLifecycle({
  type: "aws:apigateway/usagePlan:UsagePlan",
  async inputs(bench) {
    const { restApi, stageName } = await makeStage(bench);
    return {
      apiStages: [{ apiId: restApi, stage: stageName }],
      throttleSettings: { rateLimit: 10, burstLimit: 5 },
      tags: { a: "1" },
    };
  },
  updates: [
    { description: "free", quotaSettings: { limit: 100, period: "DAY", offset: 0 } },
    { throttleSettings: { rateLimit: 20, burstLimit: 5 }, tags: { b: "2" } },
    { quotaSettings: undefined, throttleSettings: undefined },
  ],
  drift: {
    make: (bench, { id: usagePlanId }) =>
      gateway(bench).send(
        new UpdateUsagePlanCommand({
          usagePlanId,
          patchOperations: replace("/throttle/rateLimit", "1"),
        }),
      ),
    expected: ["throttleSettings"],
  },
});

describeLifecycle({
  type: "aws:apigateway/usagePlanKey:UsagePlanKey",
  async inputs(bench) {
    const apiKey = await bench.make("aws:apigateway/apiKey:ApiKey", {});
    const plan = await bench.make("aws:apigateway/usagePlan:UsagePlan", {});
    return { keyId: apiKey.id, keyType: "API_KEY", usagePlanId: plan.id };
  },
  replaces: [{ keyId: "other" }],
  importId: ({ inputs }) => `${text(inputs.usagePlanId)}/${text(inputs.keyId)}`,
});

describeLifecycle({
  type: "aws:apigateway/account:Account",
  async inputs(bench) {
    const role = await bench.make("aws:iam/role:Role", LOGS_ROLE);
    return { cloudwatchRoleArn: role.outputs.arn };
  },
  permanent: true,
});
