import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { expect } from "chai";
import { startGateway, TestApi, type Gateway } from "./gateway";

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

describe("API Gateway HTTP integrations", () => {
  let gateway: Gateway;
  let api: TestApi;
  let backEnd: Server;
  let origin: string;
  let seen: Seen[];
  let hold: Promise<void> | undefined;

  beforeEach(async () => {
    gateway = await startGateway();
    api = await TestApi.create(gateway);
    seen = [];
    hold = undefined;
    backEnd = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const body = Buffer.concat(chunks);
        seen.push({
          method: request.method ?? "",
          url: request.url ?? "",
          headers: request.headers,
          body,
        });
        await hold;
        response.writeHead(Number(request.headers["x-want"] ?? 200), {
          "Content-Type": "text/plain",
          "X-Back": "end",
          Server: "test",
          "Set-Cookie": ["a=1", "b=2"],
        });
        response.end(`{"echo":${body.length}}`);
      })();
    });
    await new Promise<void>((resolve) => backEnd.listen(0, "127.0.0.1", resolve));
    origin = `127.0.0.1:${(backEnd.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await gateway.close();
    backEnd.closeAllConnections();
    await new Promise((resolve) => backEnd.close(resolve));
  });

  async function proxyAll(uri = "http://${stageVariables.host}/base/{proxy}"): Promise<void> {
    await api.method("ANY /{proxy+}", {
      requestParameters: { "method.request.path.proxy": true },
      integration: {
        type: "HTTP_PROXY",
        httpMethod: "ANY",
        uri,
        requestParameters: {
          "integration.request.path.proxy": "method.request.path.proxy",
          "integration.request.header.X-Stage": "context.stage",
        },
      },
    });
    await api.deploy("dev", { host: origin });
  }

  it("forward everything except hop-by-hop headers and the host", async () => {
    await proxyAll();
    const body = Buffer.from([0, 255, 1]);
    const response = await api.fetch("/a%2Fb/c?x=1&x=2&y=%20", {
      method: "PUT",
      body,
      headers: { "x-test": "1", te: "trailers", "content-type": "image/png", "user-agent": "me" },
    });
    expect(response.status).to.equal(200);
    expect(seen[0]).to.deep.include({ method: "PUT", url: "/base/a%2Fb/c?x=1&x=2&y=%20", body });
    expect(seen[0].headers).to.include({
      host: origin,
      "x-test": "1",
      "x-stage": "dev",
      "user-agent": "me",
      "content-type": "image/png",
      "x-amzn-apigateway-api-id": api.id,
    });
    expect(seen[0].headers).not.to.have.property("te");
    expect(response.headers.get("content-type")).to.equal("text/plain");
    expect(response.headers.get("x-back")).to.equal("end");
    expect(response.headers.get("x-amzn-remapped-server")).to.equal("test");
    expect(response.headers.get("server")).to.equal(null);
    expect(response.headers.getSetCookie()).to.deep.equal(["a=1", "b=2"]);
  });

  it("cannot be redirected to another host or out of an encoded path", async () => {
    await proxyAll("http://${stageVariables.host}/base/{proxy}");
    for (const path of ["/..%2f..%2fetc", "/@evil.example/x", "/http:%2f%2fevil.example", "/%00"]) {
      const response = await api.fetch(path);
      expect(response.status).to.equal(200);
      expect(seen.at(-1)?.url).to.equal(`/base${path}`);
    }
    expect(seen).to.have.length(4);
  });

  it("keep dot segments that a raw client sends", async () => {
    await proxyAll();
    const { port } = new URL(gateway.cloud.endpoint);
    const path = new URL(api.url("")).pathname;
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1", () =>
        socket.write(
          `GET ${path}/../../x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
        ),
      );
      socket
        .on("data", () => undefined)
        .on("close", () => resolve())
        .on("error", reject);
    });
    expect(seen.map(({ url }) => url)).to.deep.equal(["/base/../../x"]);
  });

  it("map parameters, select responses by status and remap headers", async () => {
    await api.method("POST /items/{id}", {
      requestParameters: {
        "method.request.path.id": true,
        "method.request.querystring.want": false,
        "method.request.header.X-In": false,
      },
      integration: {
        type: "HTTP",
        httpMethod: "PUT",
        uri: `http://${origin}/v2/{id}?fixed=1`,
        requestParameters: {
          "integration.request.path.id": "method.request.path.id",
          "integration.request.querystring.q": "method.request.body.deep.list[1]",
          "integration.request.header.X-Want": "method.request.querystring.want",
          "integration.request.header.X-Out": "method.request.header.X-In",
          "integration.request.header.X-Static": "'st'",
        },
      },
      responses: {
        "200": {
          responseParameters: {
            "method.response.header.X-Copy": "integration.response.header.x-back",
            "method.response.header.Server": "integration.response.header.Server",
            "method.response.header.X-Body": "integration.response.body.echo",
          },
        },
        "404": {
          selectionPattern: "4\\d{2}",
          responseTemplates: { "application/json": "{\"gone\":$input.path('$.echo')}" },
        },
      },
    });
    await api.deploy();
    const send = (want: string): Promise<Response> =>
      api.fetch(`/items/a%20b?want=${want}&other=1`, {
        method: "POST",
        headers: { "x-in": "in", "content-type": "application/json" },
        body: '{"deep":{"list":["a","b c"]}}',
      });
    const ok = await send("200");
    expect(seen[0]).to.include({ method: "PUT", url: "/v2/a%20b?fixed=1&q=b%20c" });
    expect(seen[0].headers).to.include({ "x-out": "in", "x-static": "st" });
    expect(seen[0].headers).not.to.have.property("x-in");
    expect(ok.headers.get("x-copy")).to.equal("end");
    expect(ok.headers.get("x-amzn-remapped-server")).to.equal("test");
    expect(ok.headers.get("x-body")).to.equal("29");
    expect(ok.headers.get("content-type")).to.equal("application/json");
    const gone = await send("410");
    expect([gone.status, await gone.json()]).to.deep.equal([404, { gone: 29 }]);
  });

  it("respond with 504 when the back end does not listen or is too slow", async () => {
    await api.method("GET /dead", {
      integration: { type: "HTTP_PROXY", httpMethod: "GET", uri: "http://127.0.0.1:1/" },
    });
    await proxyAll();
    const dead = await api.fetch("/dead");
    expect(dead.status).to.equal(504);
    expect(await dead.json()).to.deep.equal({
      message: "Network error communicating with endpoint",
    });
    let release = (): void => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const arrived = new Promise((resolve) => backEnd.once("request", resolve));
    const pending = api.fetch("/slow");
    await arrived;
    await gateway.cloud.clock.advance(29_000);
    const slow = await pending;
    release();
    expect([slow.status, await slow.json()]).to.deep.equal([
      504,
      { message: "Endpoint request timed out" },
    ]);
  });

  it("respond with 500 when a stage variable leaves no host", async () => {
    await api.method("GET /x", {
      integration: {
        type: "HTTP_PROXY",
        httpMethod: "GET",
        uri: "http://${stageVariables.none}/x",
      },
    });
    await api.deploy();
    const response = await api.fetch("/x");
    expect([response.status, await response.json()]).to.deep.equal([
      500,
      { message: "Internal server error" },
    ]);
  });
});
