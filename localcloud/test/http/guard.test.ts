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
    it(`answers for the host ${host}`, async () => {
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
    it(`refuses the host '${host}': a name that was bound to 127.0.0.1 afterwards`, async () => {
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
    it(`refuses a page of ${origin} the account and the control endpoints`, async () => {
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

  it("answers a page that it serves itself", async () => {
    const origin = `http://127.0.0.1:${port}`;
    expect((await get({ origin })).status).to.equal(200);
    expect((await get({ origin: `http://localhost:${port}` })).status).to.equal(403);
  });

  it("lets pages of loopback servers call invoke URLs, and no other pages", async () => {
    for (const origin of ["http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:1"])
      expect((await get({ origin }, INVOKE)).body, origin).to.not.include("may not use");
    for (const origin of ["http://evil.example", "null", "https://localhost:3000"])
      expect((await get({ origin }, INVOKE)).status, origin).to.equal(403);
  });

  it("refuses what a page of another site embeds or links to", async () => {
    const statuses = async (site: string): Promise<[control: number, invoke: boolean]> => {
      const headers = { "sec-fetch-site": site };
      const invoke = await get(headers, INVOKE);
      return [(await get(headers)).status, !invoke.body.includes("another site")];
    };
    expect(await statuses("cross-site")).to.deep.equal([403, false]);
    expect(await statuses("same-site")).to.deep.equal([403, true]);
    expect(await statuses("same-origin")).to.deep.equal([200, true]);
    expect(await statuses("none")).to.deep.equal([200, true]);
  });
});
