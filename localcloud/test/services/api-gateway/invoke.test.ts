import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import { mock, startGateway, TestApi, type Gateway } from "./gateway";

describe("API Gateway invoke URLs", () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway.close());

  it("serve a mock integration through its response template", async () => {
    const api = await TestApi.create(gateway);
    await api.method("GET /pets/{id}", mock(`{"id":"$input.params('id')"}`));
    await api.deploy();
    const response = await api.fetch("/pets/a%20b");
    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ id: "a b" });
    expect(response.headers.get("content-type")).to.equal("application/json");
    expect(response.headers.get("x-amzn-requestid")).to.match(/^[0-9a-f-]{36}$/);
    expect(response.headers.get("x-amz-apigw-id")).to.match(/^[\w-]{15}=$/);
  });

  it("prefer literal parts to variables and variables to greedy ones", async () => {
    const api = await TestApi.create(gateway);
    for (const path of ["/a/b", "/a/{x}", "/{proxy+}", "/c/{proxy+}", "/c/d"])
      await api.method(`GET ${path}`, mock(`"$context.resourcePath"`));
    await api.method("ANY /any", mock(`"$context.httpMethod"`));
    await api.deploy();
    const route = async (path: string): Promise<unknown> => (await api.fetch(path)).json();
    expect(await route("/a/b")).to.equal("/a/b");
    expect(await route("/a/z")).to.equal("/a/{x}");
    expect(await route("/a/z/y")).to.equal("/{proxy+}");
    expect(await route("/c/d/")).to.equal("/c/d");
    expect(await route("/c/e/f")).to.equal("/c/{proxy+}");
    expect(await (await api.fetch("/any", { method: "DELETE" })).json()).to.equal("DELETE");
  });

  it("serve the APIs of every region", async () => {
    const { client } = gateway;
    const { credentials, endpoint } = client.config;
    const ireland = new APIGatewayClient({
      credentials,
      endpoint,
      region: "eu-west-1",
      maxAttempts: 1,
    });
    const [here, there] = [
      await TestApi.create(gateway),
      await TestApi.create({ ...gateway, client: ireland }),
    ];
    for (const [api, text] of [[here, "here"] as const, [there, "there"] as const]) {
      await api.method("GET /pets", mock(`"${text}"`));
      await api.deploy();
    }
    for (const [api, text] of [[here, "here"] as const, [there, "there"] as const])
      expect(await (await api.fetch("/pets")).json()).to.equal(text);
    ireland.destroy();
  });

  it("respond with 403 to unknown routes and stages", async () => {
    const api = await TestApi.create(gateway);
    await api.method("GET /pets", mock());
    await api.deploy();
    const unknown = await api.fetch("/dogs");
    expect(unknown.status).to.equal(403);
    expect(await unknown.text()).to.equal('{"message":"Missing Authentication Token"}');
    expect(unknown.headers.get("x-amzn-errortype")).to.equal("MissingAuthenticationTokenException");
    const noStage = await api.fetch("/pets", undefined, "prod");
    expect(noStage.status).to.equal(403);
    expect(await noStage.text()).to.equal('{"message":"Forbidden"}');
  });
});
