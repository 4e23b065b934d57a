import {
  CreateApiKeyCommand,
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateStageCommand,
  CreateUsagePlanCommand,
  DeleteUsagePlanCommand,
  GetGatewayResponseCommand,
  UpdateAuthorizerCommand,
  UpdateGatewayResponseCommand,
  UpdateMethodCommand,
  UpdateStageCommand,
  UpdateUsagePlanCommand,
  type GatewayResponse,
  type Method,
  type PatchOperation,
  type Stage,
  type UsagePlan,
} from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { mock, startGateway, TestApi, type Gateway } from "./gateway";

describe("API Gateway patch operations", () => {
  let gateway: Gateway;
  let api: TestApi;
  let deploymentId: string;
  beforeEach(async () => {
    gateway = await startGateway();
    api = await TestApi.create(gateway);
    await api.method("GET /", mock());
    deploymentId = await api.deploy();
  });
  afterEach(() => gateway.close());

  const refuses = (call: Promise<unknown>, message: string, name = "BadRequestException") =>
    expectAwsError(call, name, message);

  // https://github.com/localstack/localstack/blob/main/tests/aws/services/apigateway/test_apigateway_canary.snapshot.json
  describe("on a stage", () => {
    const patch = (...patchOperations: PatchOperation[]): Promise<Stage> =>
      gateway.client.send(
        new UpdateStageCommand({ restApiId: api.id, stageName: "dev", patchOperations }),
      );
    const create = (canarySettings: object): Promise<Stage> =>
      gateway.client.send(
        new CreateStageCommand({
          restApiId: api.id,
          stageName: "canaried",
          deploymentId,
          canarySettings,
        }),
      );

    it("do not remove settings of a method that has none", async () => {
      for (const key of ["*/*", "canarySettings/stageVariableOverrides", "canarySettings/none"])
        await refuses(
          patch({ op: "remove", path: `/${key}` }),
          `Cannot remove method setting ${key} because there is no method setting for this method `,
        );
    });

    it("do not add canary settings, only replace them", async () => {
      await refuses(
        patch({ op: "add", path: "/canarySettings/deploymentId", value: deploymentId }),
        "Invalid add operation with path: /canarySettings/deploymentId",
      );
      const { canarySettings } = await patch({
        op: "replace",
        path: "/canarySettings/stageVariableOverrides/color",
        value: "blue",
      });
      expect(canarySettings).to.deep.equal({
        deploymentId,
        percentTraffic: 0,
        useStageCache: false,
        stageVariableOverrides: { color: "blue" },
      });
    });

    it("need a deployment that exists", async () => {
      for (const path of ["/deploymentId", "/canarySettings/deploymentId"])
        await refuses(patch({ op: "replace", path, value: "x" }), "Deployment id does not exist");
      await refuses(create({ deploymentId: "x" }), "Deployment id does not exist");
    });

    it("find AWS's defaults in a canary that a stage was created with", async () => {
      expect((await create({ deploymentId })).canarySettings).to.deep.equal({
        deploymentId,
        percentTraffic: 0,
        useStageCache: false,
      });
    });

    it("copy only from the canary to the stage, and only if there is one", async () => {
      await refuses(
        patch({
          op: "copy",
          path: "/canarySettings/stageVariableOverrides",
          from: "/variables",
        }),
        "Invalid copy operation with path: /canarySettings/stageVariableOverrides and from /variables. " +
          "Valid copy:path are [/deploymentId, /variables] and valid copy:from are " +
          "[/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]",
      );
      for (const [path, from] of [
        ["/variables", "/canarySettings/stageVariableOverrides"],
        ["/deploymentId", "/canarySettings/deploymentId"],
      ])
        await refuses(
          patch({ op: "copy", path, from }),
          "Promotion not available. Canary does not exist.",
        );
    });

    it("promote the canary's variables: those that it overrides", async () => {
      await api.deploy("dev", { testVar: "test", testVar2: "test2" });
      const canary = await gateway.client.send(
        new CreateDeploymentCommand({
          restApiId: api.id,
          stageName: "dev",
          canarySettings: { percentTraffic: 50, stageVariableOverrides: { testVar: "override" } },
        }),
      );
      const stage = await patch(
        { op: "replace", path: "/canarySettings/percentTraffic", value: "0.0" },
        { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" },
        { op: "copy", from: "/canarySettings/stageVariableOverrides", path: "/variables" },
      );
      expect(stage.deploymentId).to.equal(canary.id);
      expect(stage.variables).to.deep.equal({ testVar: "override", testVar2: "test2" });
    });

    it("set no empty variable", () =>
      refuses(
        patch({ op: "replace", path: "/variables/color", value: "" }),
        "Invalid stage variable value: .  Please use values with alphanumeric characters and the symbols " +
          "' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.",
      ));
  });

  // https://github.com/localstack/localstack/blob/main/tests/aws/services/apigateway/test_apigateway_api.snapshot.json
  describe("on a gateway response", () => {
    const patch = (operation: PatchOperation, responseType = "DEFAULT_4XX" as const) =>
      gateway.client.send(
        new UpdateGatewayResponseCommand({
          restApiId: api.id,
          responseType,
          patchOperations: [operation],
        }),
      ) as Promise<GatewayResponse>;
    const header = "/responseParameters/gatewayresponse.header.x";

    it("only replace its status", async () => {
      for (const op of ["add", "remove"] as const)
        await refuses(
          patch({ op, path: "/statusCode", value: "444" }),
          "Invalid patch path /statusCode",
        );
      const { statusCode } = await patch({ op: "replace", path: "/statusCode", value: "444" });
      expect(statusCode).to.equal("444");
    });

    it("replace only a parameter that it has", async () => {
      const replace = () => patch({ op: "replace", path: header, value: "'a'" });
      await refuses(replace(), "Invalid parameter name specified", "NotFoundException");
      await patch({ op: "add", path: header, value: "'b'" });
      expect((await replace()).responseParameters).to.deep.equal({
        "gatewayresponse.header.x": "'a'",
      });
    });

    it("set no empty template or parameter", async () => {
      await refuses(
        patch({ op: "replace", path: "/responseTemplates/application~1json" }),
        "Invalid null or empty value in responseTemplates",
      );
      await patch({ op: "add", path: header, value: "'b'" });
      await refuses(
        patch({ op: "replace", path: header }),
        "Invalid null or empty value in responseParameters",
      );
    });

    it("report a missing path as null", () =>
      refuses(patch({ op: "add", value: "x" }), "Invalid patch path null"));

    it("know only AWS's types, which are listed in AWS's order", () =>
      expectAwsError(
        gateway.client.send(
          new GetGatewayResponseCommand({ restApiId: api.id, responseType: "FAKE" as never }),
        ),
        "ValidationException",
        "1 validation error detected: Value 'FAKE' at 'responseType' failed to satisfy constraint: Member must satisfy " +
          "enum value set: [REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, " +
          "MISSING_AUTHENTICATION_TOKEN, BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, BAD_REQUEST_PARAMETERS, " +
          "AUTHORIZER_FAILURE, UNAUTHORIZED, INTEGRATION_TIMEOUT, ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, " +
          "WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, " +
          "INTEGRATION_FAILURE, EXPIRED_TOKEN]",
      ));
  });

  describe("on a usage plan", () => {
    let usagePlanId: string;
    beforeEach(async () => {
      const { id } = await gateway.client.send(
        new CreateUsagePlanCommand({
          name: "plan",
          apiStages: [{ apiId: api.id, stage: "dev", throttle: { "/a/GET": { rateLimit: 1 } } }],
        }),
      );
      usagePlanId = String(id);
    });
    const patch = (...patchOperations: PatchOperation[]): Promise<UsagePlan> =>
      gateway.client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));

    // https://github.com/boto/boto3/issues/2629
    it("remove a stage by its value, not by its path", async () => {
      const path = `/apiStages/${api.id}:dev`;
      await refuses(
        patch({ op: "remove", path }),
        `Invalid patch path  '${path}' specified for op 'remove'. Must be one of: [/apiStages, /quota, /throttle, ` +
          "/productCode, /apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, " +
          "/apiStages/<apidId:stageName>/throttle]",
      );
      await refuses(patch({ op: "remove", path: "/apiStages" }), "Invalid API Stage specified");
      const { apiStages } = await patch({
        op: "remove",
        path: "/apiStages",
        value: `${api.id}:dev`,
      });
      expect(apiStages).to.deep.equal([]);
    });

    it("remove the throttles of a stage, all of them or those of one method", async () => {
      const stage = `/apiStages/${api.id}:dev/throttle`;
      const set = { op: "replace", path: `${stage}/~1b/GET/rateLimit`, value: "2" } as const;
      const one = await patch(set, { op: "remove", path: `${stage}/~1a/GET` });
      expect(one.apiStages?.[0].throttle).to.deep.equal({ "/b/GET": { rateLimit: 2 } });
      const none = await patch({ op: "remove", path: stage });
      expect(none.apiStages).to.deep.equal([{ apiId: api.id, stage: "dev" }]);
    });

    // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/apigateway/usage_plan.go
    it("accept the path of a method without escapes, as Terraform sends it", async () => {
      const { apiStages } = await patch({
        op: "replace",
        path: `/apiStages/${api.id}:dev/throttle//a/b/GET/burstLimit`,
        value: "3",
      });
      expect(apiStages?.[0].throttle).to.deep.equal({
        "/a/GET": { rateLimit: 1 },
        "/a/b/GET": { burstLimit: 3 },
      });
    });

    it("add and remove a product code", async () => {
      const path = "/productCode";
      expect((await patch({ op: "add", path, value: "code" })).productCode).to.equal("code");
      expect(await patch({ op: "remove", path })).to.not.have.property("productCode");
    });

    // https://github.com/aws/aws-sdk-js/issues/3841, https://github.com/aws/aws-sdk/issues/354
    it("have to remove its stages before it is deleted", async () => {
      await refuses(
        gateway.client.send(new DeleteUsagePlanCommand({ usagePlanId })),
        `Cannot delete Usage Plan ${usagePlanId} because there are API Stages associated with it, including ${api.id}:dev`,
      );
      for (const apiStage of [{ apiId: "", stage: "dev" }, { apiId: api.id }])
        await refuses(
          gateway.client.send(new CreateUsagePlanCommand({ name: "p", apiStages: [apiStage] })),
          "Invalid API Stage {api: %s, stage: %s} specified for usageplan %s",
        );
    });
  });

  // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/apigateway/authorizer.go
  it("add and remove user pools of an authorizer and scopes of a method by value", async () => {
    const pool = (id: string): string =>
      `arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_${id}`;
    const { id: authorizerId } = await gateway.client.send(
      new CreateAuthorizerCommand({
        restApiId: api.id,
        name: "pools",
        type: "COGNITO_USER_POOLS",
        providerARNs: [pool("a")],
      }),
    );
    const { providerARNs } = await gateway.client.send(
      new UpdateAuthorizerCommand({
        restApiId: api.id,
        authorizerId,
        patchOperations: [
          { op: "add", path: "/providerARNs", value: pool("b") },
          { op: "remove", path: "/providerARNs", value: pool("a") },
        ],
      }),
    );
    expect(providerARNs).to.deep.equal([pool("b")]);
    const { authorizationScopes }: Method = await gateway.client.send(
      new UpdateMethodCommand({
        restApiId: api.id,
        resourceId: api.resourceIds.get("/"),
        httpMethod: "GET",
        patchOperations: [{ op: "add", path: "/authorizationScopes", value: "items/read" }],
      }),
    );
    expect(authorizationScopes).to.deep.equal(["items/read"]);
  });

  // https://github.com/hashicorp/terraform-provider-aws/pull/30894
  it("change API keys, whose values have 20 to 128 characters", async () => {
    const create = (length: number) =>
      gateway.client.send(new CreateApiKeyCommand({ value: "k".repeat(length) }));
    await refuses(create(19), "API Key value should be at least 20 characters");
    await refuses(create(129), "API Key value exceeds maximum size of 128 characters");
    expect((await create(20)).value).to.have.length(20);
  });
});
