import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { StagedApi } from "../../components";
import { COMPONENTS, type Untyped } from "../support/graph/validArguments";

/** The mocks of Pulumi's own guide to unit tests: they lack AWS's outputs, such as ARNs. */
describe("A user's unit test with plain mocks", () => {
  const built: string[] = [];
  const unhandled: unknown[] = [];
  const remember = (error: unknown): void => void unhandled.push(error);

  before(() => {
    process.on("unhandledRejection", remember);
    pulumi.runtime.setMocks({
      newResource: ({ name, type, inputs }) => {
        built.push(type);
        return { id: `${name}_id`, state: inputs as Record<string, unknown> };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    });
  });
  after(() => process.off("unhandledRejection", remember));
  beforeEach(() => built.splice(0));

  for (const [name, [Component, args]] of Object.entries(COMPONENTS)) {
    it(`builds the whole graph of ${name}`, async () => {
      const given = typeof args === "function" ? (args as () => object)() : args;
      new (Component as Untyped)("tested", given);
      await pulumi.runtime.disconnect();
      expect(built.some((type) => type.startsWith("aws:"))).to.equal(true);
      expect(unhandled).to.deep.equal([]);
    });
  }

  it("builds the whole graph of StagedApi with gates and a canary", async () => {
    new StagedApi("greeting", {
      routes: [{ method: "GET", path: "/greeting", callback: async () => ({ hello: 1 }) }],
      permissions: [],
      alarmActions: [],
      gate: async () => true,
      apiGate: async () => true,
      canary: true,
    });
    await pulumi.runtime.disconnect();
    expect(built).to.include("aws:lambda/invocation:Invocation");
    expect(unhandled).to.deep.equal([]);
  });
});
