import { expect } from "chai";
import {
  ACCOUNT,
  allowGateway,
  functionArn,
  LAMBDA_PREFIX,
  REGION,
  startGateway,
  TestApi,
  type Gateway,
} from "./gateway";

describe("API Gateway Lambda integrations", () => {
  let gateway: Gateway;
  beforeEach(async () => {
    gateway = await startGateway();
  });
  afterEach(() => gateway.close());

  const proxy = (uri: string) => ({
    integration: { type: "AWS_PROXY" as const, httpMethod: "POST", uri },
  });

  it("send the documented event to a proxy function", async () => {
    const uri = gateway.lambda.add("echo", (event) => ({
      statusCode: 200,
      body: JSON.stringify(event),
    }));
    const api = await TestApi.create(gateway);
    await api.method("POST /files/{proxy+}", proxy(uri));
    await api.deploy("dev", { color: "blue" });
    const response = await api.fetch("/files/a/b%2Fc/?x=1&x=2&y=a+b", {
      method: "POST",
      headers: { "content-type": "text/plain", "x-test": "1" },
      body: "héllo",
    });
    const event = (await response.json()) as Record<string, unknown>;
    expect(event).to.include({
      resource: "/files/{proxy+}",
      path: "/files/a/b%2Fc/",
      httpMethod: "POST",
      body: "héllo",
      isBase64Encoded: false,
    });
    expect(event.pathParameters).to.deep.equal({ proxy: "a/b%2Fc" });
    expect(event.queryStringParameters).to.deep.equal({ x: "2", y: "a b" });
    expect(event.multiValueQueryStringParameters).to.deep.equal({ x: ["1", "2"], y: ["a b"] });
    expect(event.stageVariables).to.deep.equal({ color: "blue" });
    expect(event.headers).to.include({ "x-test": "1", "content-type": "text/plain" });
    expect(event.multiValueHeaders).to.deep.include({ "x-test": ["1"] });
    const context = event.requestContext as Record<string, unknown>;
    expect(context).to.include({
      accountId: ACCOUNT,
      apiId: api.id,
      stage: "dev",
      resourcePath: "/files/{proxy+}",
      path: "/dev/files/a/b%2Fc/",
      protocol: "HTTP/1.1",
    });
    expect(context).not.to.have.any.keys("status", "error", "responseLength");
  });

  it("use status, headers and body from a proxy function", async () => {
    const uri = gateway.lambda.add("f", () => ({
      statusCode: "201",
      headers: { "Content-Type": "text/html", "X-Flag": true },
      multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] },
      body: "<p>ok</p>",
    }));
    const api = await TestApi.create(gateway);
    await api.method("GET /", proxy(uri));
    await api.deploy();
    const response = await api.fetch("/");
    expect(response.status).to.equal(201);
    expect(response.headers.get("content-type")).to.equal("text/html");
    expect(response.headers.get("x-flag")).to.equal("true");
    expect(response.headers.getSetCookie()).to.deep.equal(["a=1", "b=2"]);
    expect(await response.text()).to.equal("<p>ok</p>");
  });

  it("send only header values that are valid in HTTP", async () => {
    const uri = gateway.lambda.add("f", () => ({
      headers: { "X-Split": "a\r\nSet-Cookie: evil=1", "X-Wide": "é😀", "bad name": "x" },
      body: "ok",
    }));
    const api = await TestApi.create(gateway);
    await api.method("GET /", proxy(uri));
    await api.deploy();
    const response = await api.fetch("/");
    expect(response.headers.get("x-split")).to.equal("aSet-Cookie: evil=1");
    expect(response.headers.get("set-cookie")).to.equal(null);
    expect(response.headers.get("x-wide")).to.equal("é");
    expect(response.headers.get("content-length")).to.equal("2");
  });

  for (const [title, result] of [
    ["no object", "text"],
    ["an unknown member", { statusCode: 200, message: "x" }],
    ["a header that is a number", { headers: { a: 1 } }],
    ["a body that is an object", { body: {} }],
    ["a status that is none", { statusCode: "abc" }],
  ] as const)
    it(`respond with 502 when a proxy function returns ${title}`, async () => {
      const uri = gateway.lambda.add("f", () => result);
      const api = await TestApi.create(gateway);
      await api.method("GET /", proxy(uri));
      await api.deploy();
      const response = await api.fetch("/");
      expect(response.status).to.equal(502);
      expect(await response.json()).to.deep.equal({ message: "Internal server error" });
    });

  it("respond with 502 when a proxy function throws", async () => {
    const uri = gateway.lambda.add("f", () => {
      throw new Error("boom");
    });
    const api = await TestApi.create(gateway);
    await api.method("GET /", proxy(uri));
    await api.deploy();
    expect((await api.fetch("/")).status).to.equal(502);
  });

  it("pass binary bodies of binary media types as base64, in both directions", async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    let received: unknown;
    const uri = gateway.lambda.add("f", (event) => {
      received = event;
      return { statusCode: 200, isBase64Encoded: true, body: bytes.toString("base64") };
    });
    const api = await TestApi.create(gateway, { binaryMediaTypes: ["*/*"] });
    await api.method("POST /", proxy(uri));
    await api.deploy();
    const response = await api.fetch("/", { method: "POST", body: bytes });
    expect(received).to.include({ isBase64Encoded: true, body: bytes.toString("base64") });
    expect(Buffer.from(await response.arrayBuffer())).to.deep.equal(bytes);
  });

  it("invoke the alias in the stage variable, and only with that alias's permission", async () => {
    const api = await TestApi.create(gateway);
    const source = (stage: string) =>
      `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api.id}/${stage}/*`;
    gateway.lambda.add("greet:STAGE", () => ({ body: "stage" }), allowGateway(source("stage")));
    gateway.lambda.add("greet:PROD", () => ({ body: "prod" }), allowGateway(source("other")));
    const arn = functionArn("greet") + ":${stageVariables.LambdaAlias}";
    await api.method("GET /", proxy(`${LAMBDA_PREFIX}/${arn}/invocations`));
    await api.deploy("stage", { LambdaAlias: "STAGE" });
    await api.deploy("prod", { LambdaAlias: "PROD" });
    await api.deploy("none");
    expect(await (await api.fetch("/", undefined, "stage")).text()).to.equal("stage");
    for (const stage of ["prod", "none"]) {
      const refused = await api.fetch("/", undefined, stage);
      expect(refused.status).to.equal(500);
      expect(await refused.json()).to.deep.equal({ message: "Internal server error" });
    }
  });

  it("respond with 504 when the integration's timeout is over", async () => {
    let release = (): void => undefined;
    let started = (): void => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const uri = gateway.lambda.add("slow", () => {
      started();
      return new Promise((resolve) => (release = () => resolve({ body: "late" })));
    });
    const api = await TestApi.create(gateway);
    await api.method("GET /", proxy(uri));
    await api.deploy();
    const pending = api.fetch("/");
    await running;
    await gateway.cloud.clock.advance(29_000);
    const response = await pending;
    release();
    expect(response.status).to.equal(504);
    expect(await response.json()).to.deep.equal({ message: "Endpoint request timed out" });
  });

  describe("custom", () => {
    const custom = (uri: string, more: object = {}, responses = {}) => ({
      requestParameters: { "method.request.header.X-Mode": false },
      integration: { type: "AWS" as const, httpMethod: "POST", uri, ...more },
      responses: {
        "200": {},
        "404": { selectionPattern: ".*not found.*" },
        "500": { selectionPattern: "(\\n|.)+" },
        ...responses,
      },
    });

    it("map errors by their message and everything else by the default response", async () => {
      const uri = gateway.lambda.add("f", (event) => {
        const { fail } = event as { fail?: string };
        if (fail !== undefined) throw new Error(fail);
        return { fine: true };
      });
      const api = await TestApi.create(gateway);
      await api.method(
        "GET /",
        custom(uri, {
          requestTemplates: {
            "application/json": `{#if($input.params('fail') != '')"fail":"$input.params('fail')"#end}`,
          },
        }),
      );
      await api.deploy();
      const ok = await api.fetch("/");
      expect([ok.status, await ok.json()]).to.deep.equal([200, { fine: true }]);
      expect((await api.fetch("/?fail=thing%20not%20found")).status).to.equal(404);
      expect((await api.fetch("/?fail=other")).status).to.equal(500);
    });

    it("invoke asynchronously when the header is mapped", async () => {
      const uri = gateway.lambda.add("f", () => ({}));
      const api = await TestApi.create(gateway);
      await api.method(
        "POST /",
        custom(uri, {
          requestParameters: { "integration.request.header.X-Amz-Invocation-Type": "'Event'" },
        }),
      );
      await api.deploy();
      expect((await api.fetch("/", { method: "POST", body: '{"a":1}' })).status).to.equal(200);
      expect(gateway.lambda.calls[0].InvocationType).to.equal("Event");
      expect(Buffer.from(gateway.lambda.calls[0].Payload).toString()).to.equal('{"a":1}');
    });

    it("respond with 500 without a response for the status", async () => {
      const uri = gateway.lambda.add("f", () => ({}));
      const api = await TestApi.create(gateway);
      await api.method("GET /", {
        integration: { type: "AWS", httpMethod: "POST", uri },
        responses: { "404": { selectionPattern: "nope" } },
      });
      await api.deploy();
      const response = await api.fetch("/");
      expect(response.status).to.equal(500);
      expect(response.headers.get("x-amzn-errortype")).to.equal("InternalServerErrorException");
    });

    it("survive invalid UTF-8 and lone surrogates", async () => {
      const uri = gateway.lambda.add("f", (event) => event);
      const api = await TestApi.create(gateway);
      await api.method(
        "POST /",
        custom(uri, {
          requestTemplates: { "application/json": `{"m":$input.json('$.m')}` },
        }),
      );
      await api.deploy();
      const send = (body: string | Uint8Array) => api.fetch("/", { method: "POST", body });
      expect((await send(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).status).to.be.lessThan(600);
      const lone = await send('{"m":"\\ud800 and 😀 \\u2028"}');
      expect(lone.status).to.equal(200);
      expect(((await lone.json()) as { m: string }).m).to.include("😀 \u2028");
    });
  });
});
