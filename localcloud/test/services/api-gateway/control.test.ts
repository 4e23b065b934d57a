import {
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateModelCommand,
  CreateRequestValidatorCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteModelCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  GetDomainNamesCommand,
  GetGatewayResponseCommand,
  GetGatewayResponsesCommand,
  GetIntegrationCommand,
  GetMethodCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  GetTagsCommand,
  PutGatewayResponseCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateIntegrationCommand,
  UpdateMethodCommand,
  UpdateResourceCommand,
  UpdateRestApiCommand,
  type PatchOperation,
} from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import {
  ACCOUNT,
  errorOf,
  functionArn,
  LAMBDA_PREFIX,
  mock,
  REGION,
  startGateway,
  TestApi,
  type Gateway,
} from "./gateway";

describe("API Gateway control plane", () => {
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

  describe("REST APIs", () => {
    it("are created with AWS's defaults", async () => {
      const { $metadata, ...created } = await gateway.client.send(
        new CreateRestApiCommand({ name: "n" }),
      );
      expect($metadata.httpStatusCode).to.equal(201);
      expect(created).to.deep.equal({
        id: created.id,
        name: "n",
        createdDate: created.createdDate,
        apiKeySource: "HEADER",
        disableExecuteApiEndpoint: false,
        endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
        rootResourceId: created.rootResourceId,
      });
      expect(created.id).to.match(/^[a-z0-9]{10}$/);
    });

    it("are refused for invalid input, with AWS's messages", async () => {
      const create = (input: object) =>
        errorOf(gateway.client.send(new CreateRestApiCommand({ name: "n", ...input })));
      expect(await create({ description: "" })).to.deep.equal(
        bad("Description cannot be an empty string"),
      );
      expect(await create({ minimumCompressionSize: -1 })).to.deep.equal(
        bad("Invalid minimum compression size, must be between 0 and 10485760"),
      );
      expect(
        await create({ endpointConfiguration: { types: ["EDGE", "REGIONAL"] } }),
      ).to.deep.equal(bad("Cannot create an api with multiple Endpoint Types."));
      expect(
        await errorOf(gateway.client.send(new GetRestApiCommand({ restApiId: "nothing" }))),
      ).to.deep.equal(missing(`Invalid API identifier specified ${ACCOUNT}:nothing`));
    });

    it("are patched completely or not at all", async () => {
      const update = (...patchOperations: PatchOperation[]) =>
        gateway.client.send(new UpdateRestApiCommand({ restApiId: api.id, patchOperations }));
      const updated = await update(
        { op: "replace", path: "/name", value: "new" },
        { op: "add", path: "/binaryMediaTypes/image~1png" },
        { op: "add", path: "/binaryMediaTypes/*~1*" },
        { op: "remove", path: "/binaryMediaTypes/image~1png" },
      );
      expect(updated).to.deep.include({ name: "new", binaryMediaTypes: ["*/*"], tags: {} });
      expect(
        await errorOf(
          update(
            { op: "replace", path: "/name", value: "x" },
            { op: "add", path: "/binaryMediaTypes" },
          ),
        ),
      ).to.deep.equal(bad("Invalid patch path /binaryMediaTypes"));
      expect(await errorOf(update({ op: "add", path: "/name", value: "x" }))).to.deep.equal(
        bad("Invalid patch operation specified. Must be one of: [replace]"),
      );
      const wrong = await errorOf(update({ op: "wrong" as "add", path: "/name" }));
      expect(wrong).to.deep.equal({
        name: "ValidationException",
        message:
          "1 validation error detected: Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
      });
      const now = await gateway.client.send(new GetRestApiCommand({ restApiId: api.id }));
      expect(now.name).to.equal("new");
    });

    it("are listed page by page", async () => {
      await TestApi.create(gateway);
      const ids: (string | undefined)[] = [];
      let position: string | undefined;
      do {
        const page = await gateway.client.send(new GetRestApisCommand({ limit: 1, position }));
        expect(page.items).to.have.length(1);
        ids.push(page.items?.[0].id);
        position = page.position;
      } while (position !== undefined);
      expect(new Set(ids).size).to.equal(ids.length).and.be.greaterThan(1);
    });

    it("carry tags that can be added and removed", async () => {
      const resourceArn = `arn:aws:apigateway:${REGION}::/restapis/${api.id}`;
      await gateway.client.send(new TagResourceCommand({ resourceArn, tags: { a: "1", b: "2" } }));
      await gateway.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
      const { tags } = await gateway.client.send(new GetTagsCommand({ resourceArn }));
      expect(tags).to.deep.equal({ b: "2" });
    });

    it("cannot be called once deleted", async () => {
      await api.method("GET /", mock());
      await api.deploy();
      await gateway.client.send(new DeleteRestApiCommand({ restApiId: api.id }));
      expect((await api.fetch("/")).status).to.equal(403);
    });
  });

  describe("resources", () => {
    const create = (parentId: string, pathPart: string) =>
      gateway.client.send(new CreateResourceCommand({ restApiId: api.id, parentId, pathPart }));

    it("follow AWS's rules for siblings and greedy variables", async () => {
      const pets = await api.resource("/pets");
      const root = await api.resource("/");
      expect(await errorOf(create(root, "pets"))).to.deep.equal({
        name: "ConflictException",
        message: "Another resource with the same parent already has this name: pets",
      });
      const greedy = await create(pets, "{proxy+}");
      expect(greedy.path).to.equal("/pets/{proxy+}");
      expect(await errorOf(create(pets, "{id}"))).to.deep.equal(
        bad(
          "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed",
        ),
      );
      expect(await errorOf(create(String(greedy.id), "x"))).to.deep.equal(
        bad("Cannot create a child of a resource with a greedy path variable: {proxy+}"),
      );
      expect(await errorOf(create("none", "x"))).to.deep.equal(
        missing("Invalid Resource identifier specified"),
      );
      expect((await errorOf(create(root, "a b"))).name).to.equal("BadRequestException");
    });

    it("move with their children and never into themselves", async () => {
      const child = await api.resource("/a/b");
      const a = api.resourceIds.get("/a");
      const move = (resourceId: string | undefined, path: string, value: string | undefined) =>
        gateway.client.send(
          new UpdateResourceCommand({
            restApiId: api.id,
            resourceId,
            patchOperations: [{ op: "replace", path, value }],
          }),
        );
      expect((await move(a, "/pathPart", "z")).path).to.equal("/z");
      const { items = [] } = await gateway.client.send(
        new GetResourcesCommand({ restApiId: api.id }),
      );
      expect(items.map(({ path }) => path)).to.deep.equal(["/", "/z", "/z/b"]);
      expect(await errorOf(move(a, "/parentId", child))).to.deep.equal(
        bad("Resources cannot be cyclical."),
      );
      expect(await errorOf(move(a, "/other", "x"))).to.deep.equal(
        bad(
          "Invalid patch path  '/other' specified for op 'replace'. Must be one of: [/parentId, /pathPart]",
        ),
      );
      await gateway.client.send(new DeleteResourceCommand({ restApiId: api.id, resourceId: a }));
      const left = await gateway.client.send(new GetResourcesCommand({ restApiId: api.id }));
      expect(left.items).to.have.length(1);
    });

    it("contain their methods if the request embeds them", async () => {
      await api.method("GET /", mock());
      const send = (embed?: string[]) =>
        gateway.client.send(new GetResourcesCommand({ restApiId: api.id, embed }));
      expect((await send()).items?.[0].resourceMethods).to.deep.equal({ GET: {} });
      const [root] = (await send(["methods"])).items ?? [];
      expect(root.resourceMethods?.GET.methodIntegration?.type).to.equal("MOCK");
    });
  });

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
