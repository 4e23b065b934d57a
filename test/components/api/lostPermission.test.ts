import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CallbackFunction, StagedApi } from "../../../components";
import { mockPulumi } from "../../support/graph/pulumiMocks";

const hello = async (): Promise<object> => ({ Hello: "World" });
const common = { permissions: [], alarmActions: [] };

const aliases = (): StagedApi =>
  new StagedApi("greeting", {
    ...common,
    routes: [{ method: "GET", path: "/greeting", callback: hello }],
  });
const functions = (): StagedApi => {
  const lbfunc = new CallbackFunction("one", { ...common, callback: hello });
  return new StagedApi("hello", {
    ...common,
    routes: [{ method: "GET", path: "/", functionVariable: "lbfunc" }],
    stages: { stage: { functions: { lbfunc } }, prod: { functions: { lbfunc } } },
  });
};

/** Types of resources in a first deployment of a StagedApi that matter here. */
const PERMISSION = "aws:lambda/permission:Permission";
const ALIAS = "aws:lambda/alias:Alias";
const STAGE = "aws:apigateway/stage:Stage";

describe("A preview of a StagedApi whose permission must be created", () => {
  it("warns which stage loses which alias, and how its requests are answered", async () => {
    expect(await warnings(aliases, [`${PERMISSION} greeting-prod`])).to.deep.equal([
      "Stage 'prod' has no permission to call alias PROD of function greeting-0000001: somebody has removed it, or an " +
        "update stopped before it. Each request of the stage for a callback is answered with 500 " +
        '{"message": "Internal server error"} until this update has created it.',
    ]);
  });

  it("warns of each stage that has lost its own permission", async () => {
    const lost = [`${PERMISSION} greeting-stage`, `${PERMISSION} greeting-prod`];
    const [first, second, ...rest] = await warnings(aliases, lost);
    expect(first).to.contain("Stage 'stage'").and.contain("alias STAGE");
    expect(second).to.contain("Stage 'prod'").and.contain("alias PROD");
    expect(rest).to.deep.equal([]);
  });

  it("names the stage variable of a function of the stage, which may have named another function", async () => {
    expect(await warnings(functions, [`${PERMISSION} hello-stage-lbfunc`])).to.deep.equal([
      "Stage 'stage' has no permission to call function one-0000001. If its stage variable 'lbfunc' names that function " +
        "already, somebody has removed the permission, and each request for it is answered with 500 " +
        '{"message": "Internal server error"} until this update has created it.',
    ]);
  });

  for (const [what, ...together] of [
    ["the stage is created with it", STAGE],
    ["the alias is created with it", ALIAS],
    ["all of it is new", STAGE, ALIAS, "aws:lambda/function:Function"],
  ])
    it(`does not warn when ${what}`, async () => {
      const created = ["stage", "prod"].map((stage) => `${PERMISSION} greeting-${stage}`);
      const others = together.flatMap((type) =>
        ["", "-stage", "-prod"].map((end) => `${type} greeting${end}`),
      );
      expect(await warnings(aliases, [...created, ...others])).to.deep.equal([]);
    });

  it("does not warn while the permissions exist", async () => {
    expect(await warnings(aliases, [])).to.deep.equal([]);
  });

  it("does not warn in an update, which creates it", async () => {
    const lost = [`${PERMISSION} greeting-prod`];
    expect(await warnings(aliases, lost, { preview: false })).to.deep.equal([]);
  });
});

/** Builds it like an engine that would create these resources (their ids are unknown), and returns the warnings. */
async function warnings(
  build: () => unknown,
  created: readonly string[],
  { preview = true } = {},
): Promise<string[]> {
  const messages: string[] = [];
  const { warn } = pulumi.log;
  const log = pulumi.log as { warn: typeof warn };
  log.warn = async (message) => void messages.push(message);
  try {
    mockPulumi({ preview, created });
    build();
    await pulumi.runtime.disconnect();
  } finally {
    log.warn = warn;
  }
  return messages.filter((message) => message.includes("permission"));
}
