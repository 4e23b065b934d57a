import {
  UpdateApiKeyCommand,
  UpdateAuthorizerCommand,
  UpdateUsagePlanCommand,
} from "@aws-sdk/client-api-gateway";
import { describeLifecycle } from "../../../support/resourceLifecycle";
import { gateway, replace, text, LOGS_ROLE, makeApi, makeStage, childId } from "./apiGatewayMakers";

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
