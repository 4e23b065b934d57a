import {
  CreateModelCommand,
  CreateRequestValidatorCommand,
  PutGatewayResponseCommand,
} from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import { mock, startGateway, TestApi, type Gateway } from "./gateway";

describe("API Gateway method requests", () => {
  let gateway: Gateway;
  let api: TestApi;
  beforeEach(async () => {
    gateway = await startGateway();
    api = await TestApi.create(gateway);
  });
  afterEach(() => gateway.close());

  async function validator(): Promise<string> {
    const created = await gateway.client.send(
      new CreateRequestValidatorCommand({
        restApiId: api.id,
        name: "all",
        validateRequestBody: true,
        validateRequestParameters: true,
      }),
    );
    return String(created.id);
  }

  async function model(name: string, schema: object): Promise<void> {
    await gateway.client.send(
      new CreateModelCommand({
        restApiId: api.id,
        name,
        contentType: "application/json",
        schema: JSON.stringify(schema),
      }),
    );
  }

  const post = (body: string, contentType?: string): Promise<Response> =>
    api.fetch("/", {
      method: "POST",
      body: Buffer.from(body),
      ...(contentType !== undefined && { headers: { "content-type": contentType } }),
    });

  it("are refused with the names of all missing or blank required parameters", async () => {
    await api.method("GET /{id}", {
      ...mock(),
      requestValidatorId: await validator(),
      requestParameters: {
        "method.request.querystring.b": true,
        "method.request.header.a": true,
        "method.request.path.id": true,
        "method.request.querystring.free": false,
      },
    });
    await api.deploy();
    const refused = await api.fetch("/1?b=");
    expect(refused.status).to.equal(400);
    expect(await refused.json()).to.deep.equal({
      message: "Missing required request parameters: [a, b]",
    });
    expect((await api.fetch("/1?b=x", { headers: { a: "any form" } })).status).to.equal(200);
  });

  it("have bodies validated by the model of their content type, with references between models", async () => {
    await model("Text", { type: "string", minLength: 2, maxLength: 3, pattern: "^[a-z😀]+$" });
    await model("Comment", {
      type: "object",
      properties: {
        message: {
          $ref: `https://apigateway.amazonaws.com/restapis/${api.id}/models/Text`,
        },
      },
      required: ["message"],
      additionalProperties: false,
    });
    await gateway.client.send(
      new PutGatewayResponseCommand({
        restApiId: api.id,
        responseType: "BAD_REQUEST_BODY",
        responseTemplates: {
          "application/json":
            '{"why":"$context.error.validationErrorString","m":$context.error.messageString}',
        },
      }),
    );
    await api.method("POST /", {
      ...mock(),
      requestValidatorId: await validator(),
      requestModels: { "application/json": "Comment" },
    });
    await api.deploy();
    expect((await post('{"message":"abc"}')).status).to.equal(200);
    expect((await post('{"message":"😀😀"}', "application/json; charset=utf-8")).status).to.equal(
      200,
    );
    const why = async (body: string): Promise<string> => {
      const response = await post(body, "application/json");
      expect(response.status).to.equal(400);
      const answer = (await response.json()) as { why: string; m: string };
      expect(answer.m).to.equal("Invalid request body");
      return answer.why;
    };
    expect(await why("{}")).to.equal('[object has missing required properties (["message"])]');
    expect(await why("")).to.include("missing required properties");
    expect(await why('{"message":1}')).to.include(
      'instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
    );
    expect(await why('{"message":"a"}')).to.include(
      'string "a" is too short (length: 1, required minimum: 2)',
    );
    expect(await why('{"message":"ab","x":1}')).to.include(
      'object instance has properties which are not allowed by the schema: ["x"]',
    );
    expect(await why("{")).to.include("Invalid JSON");
    // This type has no model: as on AWS, its bodies are not validated.
    expect((await post('{"x":1}', "text/plain")).status).to.not.equal(400);
  });

  for (const [behavior, plain, none] of [
    ["WHEN_NO_MATCH", 500, 200],
    ["WHEN_NO_TEMPLATES", 415, 200],
    ["NEVER", 415, 200],
  ] as const)
    it(`with ${behavior} treat another content type and none as documented`, async () => {
      await api.method("POST /", {
        ...mock(),
        integration: {
          type: "MOCK",
          passthroughBehavior: behavior,
          requestTemplates: { "application/json": '{"statusCode":200}' },
        },
      });
      await api.deploy();
      expect((await post("{}", "text/plain")).status).to.equal(plain);
      expect((await post("{}")).status).to.equal(none);
      expect((await post("{}", "Application/JSON;charset=UTF-8")).status).to.equal(200);
      const refused = await post("{}", "application/xml");
      if (plain === 415)
        expect(await refused.json()).to.deep.equal({ message: "Unsupported Media Type" });
    });

  it("pass a body through to the mock's status when nothing matches", async () => {
    await api.method("POST /", {
      ...mock(),
      integration: { type: "MOCK", passthroughBehavior: "WHEN_NO_MATCH" },
    });
    await api.deploy();
    expect((await post("{statusCode: 200}", "text/plain")).status).to.equal(200);
  });

  it("are refused above 10 MB", async () => {
    await api.method("POST /", mock());
    await api.deploy();
    const response = await post("x".repeat(10 * 1024 * 1024 + 1));
    expect(response.status).to.equal(413);
    expect(await response.json()).to.deep.equal({ message: "Request Too Long" });
  });

  it("get CORS preflight responses from a mock", async () => {
    await api.method("OPTIONS /", {
      integration: { type: "MOCK", requestTemplates: { "application/json": '{"statusCode":204}' } },
      responses: {
        "204": {
          responseParameters: {
            "method.response.header.Access-Control-Allow-Origin": "'*'",
            "method.response.header.X-Stage": "context.stage",
            "method.response.header.X-Var": "stageVariables.v",
          },
        },
      },
    });
    await api.deploy("dev", { v: "1" });
    const response = await api.fetch("/", { method: "OPTIONS" });
    expect(response.status).to.equal(204);
    expect(response.headers.get("access-control-allow-origin")).to.equal("*");
    expect(response.headers.get("x-stage")).to.equal("dev");
    expect(response.headers.get("x-var")).to.equal("1");
  });

  it("get gateway responses for all types of a family", async () => {
    await api.method("GET /", mock());
    await gateway.client.send(
      new PutGatewayResponseCommand({
        restApiId: api.id,
        responseType: "DEFAULT_4XX",
        statusCode: "418",
        responseParameters: {
          "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
          "gatewayresponse.header.X-Q": "method.request.querystring.q",
        },
        responseTemplates: {
          "application/json":
            '{"m":$context.error.messageString,"t":"$context.error.responseType","s":"$context.stage","v":"$stageVariables.v","e":"${context.identity.nothing}"}',
        },
      }),
    );
    await api.deploy("dev", { v: "1" });
    const response = await api.fetch("/none?q=5");
    expect(response.status).to.equal(418);
    expect(response.headers.get("access-control-allow-origin")).to.equal("*");
    expect(response.headers.get("x-q")).to.equal("5");
    expect(await response.json()).to.deep.equal({
      m: "Missing Authentication Token",
      t: "MISSING_AUTHENTICATION_TOKEN",
      s: "dev",
      v: "1",
      e: "",
    });
  });

  it("let clients choose requestId but never extendedRequestId", async () => {
    await api.method("GET /", mock('["$context.requestId","$context.extendedRequestId"]'));
    await api.deploy();
    const response = await api.fetch("/", {
      headers: { "x-amzn-requestid": "mine", "x-amz-apigw-id": "mine" },
    });
    const [requestId, extended] = (await response.json()) as string[];
    expect(requestId).to.equal("mine");
    expect(extended).to.equal(response.headers.get("x-amz-apigw-id")).and.not.equal("mine");
  });

  it("are compressed from the minimum size on", async () => {
    const zipped = await TestApi.create(gateway, { minimumCompressionSize: 50 });
    await zipped.method("GET /long", mock(`"${"a".repeat(100)}"`));
    await zipped.method("GET /short", mock('"a"'));
    await zipped.deploy();
    expect((await zipped.fetch("/long")).headers.get("content-encoding")).to.equal("gzip");
    expect(await (await zipped.fetch("/long")).json()).to.have.length(100);
    expect((await zipped.fetch("/short")).headers.get("content-encoding")).to.equal(null);
  });
});
