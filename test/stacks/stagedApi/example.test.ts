import * as path from "node:path";
import { expect } from "chai";
import { type RunningProgram, startProgram } from "../../../localcloud/testing";
// The first level of the example's tests; the other two are the gates, which run in the deployment.
import "../../../examples/staged-api/greeting.test";

describe("the example staged-api", function () {
  this.timeout(120_000);
  let program: RunningProgram;
  before(async () => {
    program = await startProgram({
      directory: path.resolve(__dirname, "../../../examples/staged-api"),
    });
  });
  after(() => program.close());

  const get = async (output: string, rest: string): Promise<unknown> =>
    (await fetch(program.output(output) + rest)).json();

  it("greets on both stages", async () => {
    for (const output of ["greetingStageUrl", "greetingProdUrl"])
      expect(await get(output, `/greeting?name=O'Neil "\\`)).to.deep.equal({
        greeting: `Hello, O'Neil "\\!`,
      });
  });

  it("calls the function that each stage names", async () => {
    expect(await get("helloStageUrl", "/?name=Ada")).to.deep.equal({ Hello: "World" });
    expect(await get("helloProdUrl", "/?name=Ada")).to.deep.equal({ Hello: "Ada" });
    expect(await get("helloProdUrl", "/")).to.deep.equal({ Hello: "No-Name" });
  });
});

describe("stack dev: greeting", function () {
  this.timeout(120_000);
  let program: RunningProgram;
  before(async () => {
    program = await startProgram({ directory: path.resolve(__dirname, "../../..") });
  });
  after(() => program.close());

  it("greets by name and the world on both stages, and refuses a name that is too long", async () => {
    for (const output of ["greetingStageUrl", "greetingProdUrl"]) {
      const url = `${program.output(output)}/greeting`;
      const greeted = await fetch(`${url}?name=Ada`);
      expect(greeted.status).to.equal(200);
      expect(await greeted.json()).to.deep.equal({ greeting: "Hello, Ada!" });
      expect(await (await fetch(url)).json()).to.deep.equal({ greeting: "Hello, World!" });
      const refused = await fetch(`${url}?name=${"x".repeat(101)}`);
      expect(refused.status).to.equal(400);
      expect(await refused.json()).to.deep.equal({ message: "name: allowed are 100 characters" });
    }
  });

  it("names the function by the output greetingFunctionName", () => {
    expect(program.output("greetingFunctionName")).to.match(/^greeting-[0-9a-f]{7}$/);
  });
});
