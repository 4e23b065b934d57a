import {
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateModelCommand,
  CreateRequestValidatorCommand,
  DeleteModelCommand,
  GetDomainNamesCommand,
  GetGatewayResponseCommand,
  GetGatewayResponsesCommand,
  GetIntegrationCommand,
  GetMethodCommand,
  PutGatewayResponseCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  UpdateIntegrationCommand,
  UpdateMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import {
  errorOf,
  functionArn,
  LAMBDA_PREFIX,
  mock,
  startGateway,
  TestApi,
  type Gateway,
} from "./gateway";

describe("API Gateway control plane: methods and deployments", () => {
  let gateway: Gateway;
  let api: TestApi;
  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway.close());
  beforeEach(async () => {
    api = await TestApi.create(gateway);
  });

  const bad = (message: string) => ({ name: "BadRequestException", message });
  const missing = (message: string) => ({ name: "NotFoundException", message });

  describe("methods and integrations", () => {
    const place = () => ({
      restApiId: api.id,
      resourceId: api.resourceIds.get("/"),
      httpMethod: "GET",
    });
    const putMethod = (input: object = {}) =>
      gateway.client.send(
        new PutMethodCommand({ ...place(), authorizationType: "NONE", ...input }),
      );
    const putIntegration = (input: object) =>
      gateway.client.send(
        new PutIntegrationCommand({
          ...place(),
          type: "AWS",
          integrationHttpMethod: "POST",
          ...input,
        }),
      );

    it("are refused for invalid methods", async () => {
      expect(await errorOf(putMethod({ httpMethod: "FETCH" }))).to.deep.equal(
        bad(
          "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
        ),
      );
      expect(await errorOf(putMethod({ authorizationType: "CUSTOM" }))).to.deep.equal(
        bad(
          "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
        ),
      );
      expect(await errorOf(putMethod({ requestValidatorId: "x" }))).to.deep.equal(
        bad("Invalid Request Validator identifier specified"),
      );
      expect(
        await errorOf(putMethod({ requestModels: { "application/json": "petModel" } })),
      ).to.deep.equal(bad("Invalid model identifier specified: petModel"));
      expect(
        await errorOf(
          putMethod({
            requestParameters: {
              "method.request.querystring.a": true,
              "method.request.header.a": true,
            },
          }),
        ),
      ).to.deep.equal(bad("Parameter names must be unique across querystring, header and path"));
      await putMethod();
      expect((await errorOf(putMethod())).name).to.equal("ConflictException");
    });

    it("are shown together with AWS's defaults", async () => {
      await putMethod();
      await putIntegration({ uri: `${LAMBDA_PREFIX}/${functionArn("f")}/invocations` });
      const { methodIntegration } = await gateway.client.send(new GetMethodCommand(place()));
      expect(methodIntegration).to.deep.equal({
        type: "AWS",
        httpMethod: "POST",
        uri: `${LAMBDA_PREFIX}/${functionArn("f")}/invocations`,
        passthroughBehavior: "WHEN_NO_MATCH",
        timeoutInMillis: 29000,
        cacheNamespace: place().resourceId,
        cacheKeyParameters: [],
      });
    });

    for (const [title, input, message] of [
      ["a URI that is no ARN", { uri: "nonsense" }, "Invalid ARN specified in the request"],
      [
        "an ARN without path or action",
        { uri: "arn:aws:apigateway:us-east-1:dynamodb:PutItem" },
        "AWS ARN for integration must contain path or action",
      ],
      [
        "a proxy to anything but Lambda",
        { type: "AWS_PROXY", uri: "arn:aws:apigateway:us-east-1:dynamodb:action/PutItem" },
        "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
      ],
      [
        "no method",
        {
          integrationHttpMethod: undefined,
          uri: "arn:aws:apigateway:us-east-1:sqs:action/SendMessage",
        },
        "Enumeration value for HttpMethod must be non-empty",
      ],
      [
        "a bad HTTP endpoint",
        { type: "HTTP", uri: "ftp://x" },
        "Invalid HTTP endpoint specified for URI",
      ],
      [
        "a long timeout",
        { type: "MOCK", timeoutInMillis: 30000 },
        "Timeout should be between 50 ms and 29000 ms",
      ],
      [
        "a parameter that the method does not declare",
        {
          type: "MOCK",
          requestParameters: { "integration.request.path.id": "method.request.path.id" },
        },
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.request.path.id]",
      ],
    ] as [string, object, string][])
      it(`refuse ${title}`, async () => {
        await putMethod();
        expect(await errorOf(putIntegration(input))).to.deep.equal(bad(message));
      });

    it("refuse invalid templates and patterns", async () => {
      await putMethod();
      const template = await errorOf(
        putIntegration({ type: "MOCK", requestTemplates: { "application/json": "#if(" } }),
      );
      expect(template.name).to.equal("BadRequestException");
      await putIntegration({ type: "MOCK" });
      const pattern = await errorOf(
        gateway.client.send(
          new PutIntegrationResponseCommand({
            ...place(),
            statusCode: "200",
            selectionPattern: "(",
          }),
        ),
      );
      expect(pattern.name).to.equal("BadRequestException");
      const header = await errorOf(
        gateway.client.send(
          new PutIntegrationResponseCommand({
            ...place(),
            statusCode: "200",
            responseParameters: { "method.response.header.A": "'x'" },
          }),
        ),
      );
      expect(header.message).to.include("No method response exists for method.");
    });

    it("are patched by escaped paths", async () => {
      await putMethod({ requestParameters: { "method.request.querystring.a": false } });
      const method = await gateway.client.send(
        new UpdateMethodCommand({
          ...place(),
          patchOperations: [
            {
              op: "replace",
              path: "/requestParameters/method.request.querystring.a",
              value: "true",
            },
            { op: "add", path: "/requestModels/application~1json", value: "Empty" },
            { op: "replace", path: "/apiKeyRequired", value: "true" },
          ],
        }),
      );
      expect(method).to.deep.include({
        requestParameters: { "method.request.querystring.a": true },
        requestModels: { "application/json": "Empty" },
        apiKeyRequired: true,
      });
      await putIntegration({ type: "MOCK" });
      const integration = await gateway.client.send(
        new UpdateIntegrationCommand({
          ...place(),
          patchOperations: [
            { op: "add", path: "/requestTemplates/application~1json", value: '{"statusCode":200}' },
            { op: "replace", path: "/passthroughBehavior", value: "NEVER" },
          ],
        }),
      );
      expect(integration).to.deep.include({
        requestTemplates: { "application/json": '{"statusCode":200}' },
        passthroughBehavior: "NEVER",
      });
    });

    it("report missing objects", async () => {
      const get = (input: object) =>
        errorOf(gateway.client.send(new GetIntegrationCommand({ ...place(), ...input })));
      expect(await get({ resourceId: "x" })).to.deep.equal(
        missing("Invalid Resource identifier specified"),
      );
      expect(await get({})).to.deep.equal(missing("Invalid Method identifier specified"));
      await putMethod();
      expect(await get({})).to.deep.equal(missing("Invalid Integration identifier specified"));
    });
  });

  it("keeps models that are referenced, and checks their schemas", async () => {
    const create = (name: string, schema: object) =>
      gateway.client.send(
        new CreateModelCommand({
          restApiId: api.id,
          name,
          contentType: "application/json",
          schema: JSON.stringify(schema),
        }),
      );
    await create("Pet", { type: "object" });
    expect(await errorOf(create("Pet", { type: "object" }))).to.deep.equal({
      name: "ConflictException",
      message: "Model name already exists for this REST API",
    });
    expect(await errorOf(create("None", {}))).to.deep.equal(
      bad("Model schema must have at least 1 property or array items defined"),
    );
    expect((await errorOf(create("Bad", { type: "nonsense" }))).message).to.match(
      /^Invalid model specified/,
    );
    await api.method("GET /", { ...mock(), requestModels: { "application/json": "Pet" } });
    expect(
      await errorOf(
        gateway.client.send(new DeleteModelCommand({ restApiId: api.id, modelName: "Pet" })),
      ),
    ).to.deep.equal({
      name: "ConflictException",
      message: "Cannot delete model 'Pet', is referenced in method request: //GET",
    });
  });

  it("checks authorizers and validators", async () => {
    const create = (input: object) =>
      gateway.client.send(
        new CreateAuthorizerCommand({
          restApiId: api.id,
          name: "a",
          type: "TOKEN",
          authorizerUri: `${LAMBDA_PREFIX}/${functionArn("f")}/invocations`,
          identitySource: "method.request.header.Authorization",
          ...input,
        }),
      );
    const created = await create({});
    expect(created).to.include({ authType: "custom", authorizerResultTtlInSeconds: 300 });
    expect(
      (await errorOf(create({ name: "b", authorizerResultTtlInSeconds: 3601 }))).name,
    ).to.equal("BadRequestException");
    expect((await errorOf(create({ name: "b", identitySource: "nothing" }))).message).to.equal(
      "Invalid identity source specified: nothing",
    );
    expect((await errorOf(create({ name: "b", authorizerUri: "x" }))).message).to.match(
      /^Invalid Authorizer URI/,
    );
    expect(
      await errorOf(
        gateway.client.send(new CreateRequestValidatorCommand({ restApiId: "none", name: "v" })),
      ),
    ).to.deep.equal(bad("Invalid REST API identifier specified"));
  });

  it("shows every gateway response, customized or inherited", async () => {
    const { items = [] } = await gateway.client.send(
      new GetGatewayResponsesCommand({ restApiId: api.id }),
    );
    expect(items).to.have.length(21);
    expect(items[0]).to.deep.equal({
      responseType: "ACCESS_DENIED",
      statusCode: "403",
      responseParameters: {},
      responseTemplates: { "application/json": '{"message":$context.error.messageString}' },
      defaultResponse: true,
    });
    await gateway.client.send(
      new PutGatewayResponseCommand({
        restApiId: api.id,
        responseType: "DEFAULT_5XX",
        statusCode: "599",
      }),
    );
    const timeout = await gateway.client.send(
      new GetGatewayResponseCommand({ restApiId: api.id, responseType: "INTEGRATION_TIMEOUT" }),
    );
    expect(timeout).to.deep.include({ statusCode: "599", defaultResponse: true });
  });

  it("refuses unsupported operations and options with an error", async () => {
    const error = await errorOf(gateway.client.send(new GetDomainNamesCommand({})));
    expect(error.name).to.equal("NotImplemented");
    expect(error.message).to.include("GetDomainNames");
    const vpc = await errorOf(
      api.method("GET /", {
        integration: {
          type: "HTTP_PROXY",
          httpMethod: "GET",
          uri: "http://x.example",
          connectionType: "VPC_LINK",
        },
      }),
    );
    expect(vpc.message).to.include("VPC_LINK");
  });

  it("refuses deployments of an incomplete API", async () => {
    const deploy = () => gateway.client.send(new CreateDeploymentCommand({ restApiId: api.id }));
    expect(await errorOf(deploy())).to.deep.equal(bad("The REST API doesn't contain any methods"));
    await gateway.client.send(
      new PutMethodCommand({
        restApiId: api.id,
        resourceId: api.resourceIds.get("/"),
        httpMethod: "GET",
        authorizationType: "NONE",
      }),
    );
    expect(await errorOf(deploy())).to.deep.equal(bad("No integration defined for method"));
  });
});
