import { once } from "node:events";
import { createServer } from "node:http";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../cloud/cloud";
import { rawHttp } from "../support/rawHttp";

const INVOKE = "/restapis/none/dev/_user_request_/";
const CONTROL = "/_localcloud/health";

describe("The server of a cloud, for requests that a web page may have caused", () => {
  let cloud: Cloud;
  let port: string;
  before(async () => {
    cloud = await startCloud();
    ({ port } = new URL(cloud.endpoint));
  });
  after(() => cloud.close());

  const get = (headers: Record<string, string>, path = CONTROL) =>
    rawHttp(cloud.endpoint, { path, headers });

  for (const host of ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
    it(`serves requests for the host ${host}`, async () => {
      expect((await get({ host: `${host}:${port}` })).status).to.equal(200);
      expect((await get({ host })).status).to.equal(200);
    });

  for (const host of [
    "evil.example",
    "evil.example:4566",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "127.0.0.1:80@evil.example",
    "192.168.1.7",
  ])
    it(`refuses the host '${host}', which DNS rebinding could use`, async () => {
      for (const path of [CONTROL, INVOKE, "/"]) {
        const answer = await get({ host }, path);
        expect(answer.status).to.equal(403);
        expect(answer.body).to.equal(
          `Host '${host}' is not this computer; use 127.0.0.1 or localhost.\n`,
        );
      }
    });

  const origins: [origin: string, control: number][] = [
    ["http://evil.example", 403],
    ["https://evil.example", 403],
    ["null", 403],
    ["http://127.0.0.1.evil.example", 403],
    ["file://", 403],
    ["http://localhost:3000", 403],
    ["https://127.0.0.1", 403],
  ];
  for (const [origin, status] of origins)
    it(`denies a page of ${origin} the account and the control endpoints`, async () => {
      for (const [method, path] of [
        ["GET", CONTROL],
        ["POST", "/"],
        ["OPTIONS", "/"],
        ["DELETE", "/_localcloud/calls"],
      ]) {
        const answer = await rawHttp(cloud.endpoint, { method, path, headers: { origin } });
        expect(answer.status, `${method} ${path}`).to.equal(status);
        expect(answer.headers["access-control-allow-origin"]).to.equal(undefined);
      }
    });

  it("denies a page of an API here the account and the control endpoints", async () => {
    const origin = `http://127.0.0.1:${port}`;
    for (const [method, path] of [
      ["GET", CONTROL],
      ["POST", "/_localcloud/call"],
      ["POST", "/_localcloud/replay"],
      ["POST", "/_localcloud/clock"],
      ["GET", "/_localcloud/traces/stream"],
      ["POST", "/"],
      ["GET", "/?Action=ListUsers&Version=2010-05-08&X-Amz-Credential=root"],
      ["PUT", "/bucket/object"],
    ])
      for (const [name, value] of [
        ["origin", origin],
        ["sec-fetch-site", "same-origin"],
      ]) {
        const headers = { [name]: value };
        const { status, body } = await rawHttp(cloud.endpoint, { method, path, headers });
        expect(status, `${method} ${path}`).to.equal(403);
        expect(body).to.match(/may not use the local cloud|No page may use the account/);
      }
    // A frame or a window whose content the embedding page could read.
    const framed = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate" };
    for (const path of [CONTROL, "/_localcloud/calls", "/_localcloud/program"])
      expect((await get(framed, path)).status, path).to.equal(403);
    expect((await get({ origin }, INVOKE)).body).to.not.include("may not use");
  });

  it("serves the console's page, which has a separate origin", async () => {
    const { origin } = new URL(cloud.console);
    expect(origin).to.not.equal(cloud.endpoint);
    const ask = (headers: Record<string, string>, path = CONTROL) =>
      rawHttp(origin, { path, headers });
    expect((await ask({ origin })).status).to.equal(200);
    expect((await ask({ "sec-fetch-site": "same-origin" })).status).to.equal(200);
    const link = { "sec-fetch-site": "same-site", "sec-fetch-dest": "document" };
    expect((await ask(link, "/_localcloud/console")).status).to.equal(200);
    const frame = { "sec-fetch-site": "same-site", "sec-fetch-dest": "iframe" };
    expect((await ask(frame, "/_localcloud/console")).status).to.equal(403);
    for (const headers of [{ origin: cloud.endpoint }, link] as Record<string, string>[])
      expect((await ask(headers)).status, JSON.stringify(headers)).to.equal(403);
  });

  it("serves nothing deployed at the console's address", async () => {
    const { origin } = new URL(cloud.console);
    for (const path of [INVOKE, "/lambda-urls/none/", "/bucket/page.html"])
      expect((await rawHttp(origin, { path })).body, path).to.include("Here is the console only");
    const { status, headers } = await rawHttp(origin, { path: "/" });
    expect([status, headers.location]).to.deep.equal([302, "/_localcloud/console"]);
  });

  it("redirects a browser from the console's path at the cloud's address to the console's own address", async () => {
    const { status, headers } = await get({}, "/_localcloud/console");
    expect([status, headers.location]).to.deep.equal([302, cloud.console]);
  });

  it("uses the console's port again after a restart, or another if it is in use", async () => {
    const started = async (at: number): Promise<[endpoint: string, console: string]> => {
      const other = await startCloud({ port: at });
      const addresses: [string, string] = [other.endpoint, new URL(other.console).origin];
      expect((await rawHttp(addresses[1], { path: CONTROL })).status).to.equal(200);
      await other.close();
      return addresses;
    };
    const first = await started(0);
    const [at, consoleAt] = first.map((address) => Number(new URL(address).port));
    expect(await started(at)).to.deep.equal(first);
    const taken = createServer().listen(consoleAt, "127.0.0.1");
    await once(taken, "listening");
    const [endpoint, elsewhere] = await started(at).finally(() => taken.close());
    expect(endpoint).to.equal(first[0]);
    expect(elsewhere).to.not.equal(first[1]);
  });

  it("lets pages of loopback servers call invoke URLs, and no other pages", async () => {
    for (const origin of ["http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:1"])
      expect((await get({ origin }, INVOKE)).body, origin).to.not.include("may not use");
    for (const origin of ["http://evil.example", "null", "https://localhost:3000"])
      expect((await get({ origin }, INVOKE)).status, origin).to.equal(403);
  });

  it("refuses requests that a page of another site embeds or links to", async () => {
    const statuses = async (site: string): Promise<[control: number, invoke: boolean]> => {
      const headers = { "sec-fetch-site": site };
      const invoke = await get(headers, INVOKE);
      return [(await get(headers)).status, !invoke.body.includes("another site")];
    };
    expect(await statuses("cross-site")).to.deep.equal([403, false]);
    expect(await statuses("same-site")).to.deep.equal([403, true]);
    expect(await statuses("same-origin")).to.deep.equal([403, true]);
    expect(await statuses("none")).to.deep.equal([200, true]);
  });
});
