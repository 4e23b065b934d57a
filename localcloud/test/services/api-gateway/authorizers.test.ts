import {
  CreateAuthorizerCommand,
  FlushStageAuthorizersCacheCommand,
} from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import {
  ACCOUNT,
  allowGateway,
  mock,
  REGION,
  startGateway,
  TestApi,
  type Gateway,
} from "./gateway";

describe("API Gateway Lambda authorizers", () => {
  let gateway: Gateway;
  let api: TestApi;
  let asked: Record<string, unknown>[];
  beforeEach(async () => {
    gateway = await startGateway();
    api = await TestApi.create(gateway);
    asked = [];
  });
  afterEach(() => gateway.close());

  const invokeArn = (path: string): string =>
    `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api.id}/${path}`;

  const policy = (effect: string, resource: string, context?: object): object => ({
    principalId: "bob",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: effect, Action: "execute-api:Invoke", Resource: resource }],
    },
    context,
  });

  async function protect(
    answer: (event: Record<string, unknown>) => unknown,
    settings: object = {},
  ): Promise<string> {
    const authorizerUri = gateway.lambda.add("auth", (event) => {
      asked.push(event as Record<string, unknown>);
      return answer(event as Record<string, unknown>);
    });
    const authorizer = await gateway.client.send(
      new CreateAuthorizerCommand({
        restApiId: api.id,
        name: "auth",
        type: "TOKEN",
        authorizerUri,
        identitySource: "method.request.header.Authorization",
        ...settings,
      }),
    );
    const authorizerId = String(authorizer.id);
    const guarded = { authorizationType: "CUSTOM", authorizerId };
    const template =
      '{"who":"$context.authorizer.principalId","n":"$context.authorizer.n","b":"$context.authorizer.b"}';
    await api.method("GET /users/{id}", { ...mock(template), ...guarded });
    await api.method("POST /users/{id}", { ...mock(template), ...guarded });
    await api.deploy();
    return authorizerId;
  }

  const call = (token?: string, init: RequestInit = {}, path = "/users/1"): Promise<Response> =>
    api.fetch(path, { ...init, headers: token === undefined ? {} : { authorization: token } });

  it("receive the documented token event and return principal and context as strings", async () => {
    await protect(() => policy("Allow", invokeArn("dev/*"), { n: 1, b: true }));
    const response = await call("Bearer t");
    expect(await response.json()).to.deep.equal({ who: "bob", n: "1", b: "true" });
    expect(asked[0]).to.deep.equal({
      type: "TOKEN",
      methodArn: invokeArn("dev/GET/users/1"),
      authorizationToken: "Bearer t",
    });
  });

  it("are not called when the token is missing or does not match the expression: status 401", async () => {
    await protect(() => policy("Allow", "*"), { identityValidationExpression: "Bearer \\w+" });
    for (const token of [undefined, "", "Bearer", "x Bearer t", "Bearer t x"]) {
      const response = await call(token);
      expect(response.status).to.equal(401);
      expect(await response.json()).to.deep.equal({ message: "Unauthorized" });
    }
    expect(asked).to.have.length(0);
    expect((await call("Bearer t")).status).to.equal(200);
  });

  it("are cached by token for every method of the stage until the time to live is over", async () => {
    await protect(() => policy("Allow", invokeArn("dev/GET/*")), {
      authorizerResultTtlInSeconds: 60,
    });
    expect((await call("a")).status).to.equal(200);
    expect((await call("a", {}, "/users/2")).status).to.equal(200);
    const other = await call("a", { method: "POST" });
    expect(other.status).to.equal(403);
    expect(await other.json()).to.deep.equal({
      Message: "User is not authorized to access this resource",
    });
    expect(asked).to.have.length(1);
    await call("b");
    expect(asked).to.have.length(2);
    await gateway.cloud.clock.advance(60_000);
    await call("a");
    expect(asked).to.have.length(3);
  });

  it("are called again after the stage's cache was flushed", async () => {
    await protect(() => policy("Allow", "*"));
    await call("a");
    await gateway.client.send(
      new FlushStageAuthorizersCacheCommand({ restApiId: api.id, stageName: "dev" }),
    );
    await call("a");
    expect(asked).to.have.length(2);
  });

  it("are called every time if the time to live is 0", async () => {
    await protect(() => policy("Allow", "*"), { authorizerResultTtlInSeconds: 0 });
    await call("a");
    await call("a");
    expect(asked).to.have.length(2);
  });

  it("lead to status 403 when the policy denies", async () => {
    await protect(() => policy("Deny", "*"));
    const response = await call("a");
    expect(response.status).to.equal(403);
    expect(response.headers.get("x-amzn-errortype")).to.equal("AccessDeniedException");
    expect(await response.json()).to.deep.equal({
      Message: "User is not authorized to access this resource with an explicit deny",
    });
  });

  for (const [title, answer, status, body] of [
    ["throws Unauthorized", () => fail("Unauthorized"), 401, { message: "Unauthorized" }],
    ["throws anything else", () => fail("KMS is down"), 500, { message: null }],
    ["returns no policy", () => ({ principalId: "x" }), 500, { message: null }],
    ["returns no principal", () => ({ policyDocument: {} }), 500, { message: null }],
    [
      "returns an object in its context",
      () => policy("Allow", "*", { nested: {} }),
      500,
      { message: null },
    ],
  ] as [string, () => unknown, number, object][])
    it(`lead to status ${status} when the function ${title}`, async () => {
      await protect(answer);
      const response = await call("a");
      expect(response.status).to.equal(status);
      expect(await response.json()).to.deep.equal(body);
      // Failures are never cached.
      await call("a");
      expect(asked).to.have.length(2);
    });

  it("call only functions that permit this authorizer", async () => {
    const id = await protect(() => policy("Allow", "*"));
    const auth = gateway.lambda.functions.get("auth");
    if (auth) auth.policy = allowGateway(invokeArn("authorizers/other"));
    expect((await call("a")).status).to.equal(500);
    if (auth) auth.policy = allowGateway(invokeArn(`authorizers/${id}`));
    expect((await call("a")).status).to.equal(200);
  });

  it("of type REQUEST receive the whole request and are cached by all identity sources", async () => {
    await protect(() => policy("Allow", "*"), {
      type: "REQUEST",
      identitySource: "method.request.header.authorization, method.request.querystring.q",
    });
    expect((await call("a")).status).to.equal(401);
    expect((await call("a", {}, "/users/1?q=1")).status).to.equal(200);
    expect((await call("a", {}, "/users/1?q=1")).status).to.equal(200);
    expect((await call("a", {}, "/users/1?q=2")).status).to.equal(200);
    expect(asked).to.have.length(2);
    expect(asked[0]).to.deep.include({
      type: "REQUEST",
      methodArn: invokeArn("dev/GET/users/1"),
      resource: "/users/{id}",
      path: "/users/1",
      httpMethod: "GET",
      pathParameters: { id: "1" },
      queryStringParameters: { q: "1" },
      stageVariables: null,
    });
    expect(asked[0]).not.to.have.any.keys("body", "isBase64Encoded");
  });
});

function fail(message: string): never {
  throw new Error(message);
}
