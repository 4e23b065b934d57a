import { expect } from "chai";
import { StagedStack } from "../../support/programs/stagedStack";

describe("the definition of a StagedApi", function () {
  this.timeout(120_000);
  let stack: StagedStack;
  beforeEach(async () => {
    stack = await StagedStack.start("definition");
  });
  afterEach(() => stack.close());

  async function get(stage: string, path: string, headers = {}): Promise<[number, unknown]> {
    const answer = await fetch(`${stack.url(stage)}${path}`, { headers });
    return [answer.status, await answer.json()];
  }

  it("has one authorizer of its own for all routes, which judges each request", async () => {
    await stack.up();
    const authorizers = stack.resources.filter(({ urn }) => urn.includes("/authorizer:Authorizer"));
    expect(authorizers).to.have.length(1);
    for (const path of ["/me", "/we"])
      expect(await get("stage", path, { authorization: "ada" })).to.deep.equal([
        200,
        { who: "ada", team: "red" },
      ]);
    expect((await get("stage", "/me"))[0], "no identity").to.equal(401);
    expect((await get("stage", "/me", { authorization: "nobody" }))[0]).to.equal(401);
    expect((await get("stage", "/me", { authorization: "enemy" }))[0]).to.equal(403);
    expect((await get("stage", "/me", { authorization: "broken" }))[0]).to.equal(500);
    await stack.expectEmptyDiff();
  });

  it("moves a change of the authorizer to stage by the update, and to prod by promote", async () => {
    await stack.up();
    const news = { IDENTITY: "X-Token", KIND: "REQUEST" };
    await stack.up(news);
    const answers = async (headers: Record<string, string>): Promise<number[]> =>
      Promise.all(["stage", "prod"].map(async (stage) => (await get(stage, "/me", headers))[0]));
    expect(await answers({ "X-Token": "ada" }), "new identity source").to.deep.equal([200, 401]);
    expect(await answers({ authorization: "ada" }), "old identity source").to.deep.equal([
      401, 200,
    ]);
    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    expect(await answers({ "X-Token": "ada" })).to.deep.equal([200, 200]);
    await stack.expectEmptyDiff(news);
    expect((await stack.commands.run("rollback greeting")).error).to.equal(undefined);
    expect(await answers({ "X-Token": "ada" })).to.deep.equal([200, 401]);
    await stack.expectEmptyDiff(news);
  });

  it("moves a renamed path parameter to stage by the update, and to prod by promote", async () => {
    await stack.up({ API: "renamed", PARAMETER: "id" });
    const news = { API: "renamed", PARAMETER: "key" };
    await stack.up(news);
    const kinds = stack.changed.filter((step) => !/deployment|prune|release/.test(step));
    expect(kinds.filter((step) => !step.startsWith("update"))).to.deep.equal([]);
    expect(await get("stage", "/x/7")).to.deep.equal([200, { key: "7" }]);
    expect(await get("prod", "/x/7")).to.deep.equal([200, { id: "7" }]);
    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    expect(await get("prod", "/x/7")).to.deep.equal([200, { key: "7" }]);
    await stack.expectEmptyDiff(news);
  });

  it("accepts paths whose plain names would be equal", async () => {
    await stack.up({ API: "alike" });
    for (const path of ["/", "/a/b", "/a-b", "/get/a", "/a/options", "/x/by-id"])
      expect(await get("stage", path)).to.deep.equal([200, { path }]);
    expect(await get("stage", "/x/7")).to.deep.equal([200, { path: "/x/{id}" }]);
    const preflight = await fetch(`${stack.url("stage")}/get/a`, { method: "OPTIONS" });
    expect(preflight.status).to.equal(204);
  });

  it("allows pages of other origins to send the headers that a path's methods declare", async () => {
    await stack.up({ API: "headers" });
    const allowed = async (path: string): Promise<string | null> => {
      const answer = await fetch(`${stack.url("stage")}${path}`, { method: "OPTIONS" });
      return answer.headers.get("access-control-allow-headers");
    };
    expect(await allowed("/x")).to.equal("Content-Type,Authorization,X-Api-Key,X-Id");
    expect(await allowed("/y")).to.equal("Content-Type,Authorization,X-Api-Key");
  });

  it("hides the failure of a named function without a message", async () => {
    await stack.up({ API: "silent" });
    expect(await get("stage", "/moving")).to.deep.equal([
      500,
      { message: "Internal server error" },
    ]);
  });

  it("moves a route from a function to a callback without an error of prod: expand, promote, contract", async () => {
    const answers = async (): Promise<unknown[]> =>
      Promise.all(["stage", "prod"].map((stage) => get(stage, "/moving")));
    const [old, news] = ["function", "callback"].map((by) => [200, { by }]);
    await stack.up({ API: "before" });
    expect(await answers()).to.deep.equal([old, old]);
    await stack.up({ API: "expanded" });
    expect(await answers()).to.deep.equal([news, old]);
    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    expect((await stack.commands.run("rollback greeting")).error).to.equal(undefined);
    expect(await answers(), "after a rollback").to.deep.equal([news, old]);
    expect((await stack.commands.run("promote greeting")).error).to.equal(undefined);
    await stack.up({ API: "contracted" });
    expect(await answers()).to.deep.equal([news, news]);
  });

  it("accepts a template that iterates over all stage variables", async () => {
    await stack.up({ API: "passthrough" });
    expect(await get("prod", "/")).to.deep.equal([
      200,
      { "stage-variables": { LambdaAlias: "PROD" } },
    ]);
  });
});
