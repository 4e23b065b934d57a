import { expect } from "chai";
import { StagedStack } from "../support/stagedStack";

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

  it("has one authorizer of its own for all routes, which really judges each request", async () => {
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

  it("brings a change of the authorizer to stage by the update, and to prod by promote", async () => {
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
});
