import * as path from "node:path";
import { expect } from "chai";
import { type RunningProgram, startProgram } from "../../../localcloud/testing";

describe("a body that is sent to a StagedApi without a requestModel", function () {
  this.timeout(120_000);
  let program: RunningProgram;
  before(async () => {
    program = await startProgram({ directory: path.join(__dirname, "../programs/bodies") });
  });
  after(() => program?.close());

  async function send(method: string, to: string, body: string): Promise<[number, unknown]> {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(program.output("url") + to, { method, headers, body });
    return [answer.status, await answer.json()];
  }

  it("may be any JSON", async () => {
    for (const value of [{ a: 1 }, [1, 2], "text", 5, null, false])
      expect(await send("POST", "/notes", JSON.stringify(value))).to.deep.equal([
        200,
        { stored: value },
      ]);
    expect(await send("PUT", "/notes", '{"title": "T"}')).to.deep.equal([200, { title: "T" }]);
  });

  it("is refused as the client's mistake if it is not JSON: a failure of the API would stop a canary", async () => {
    for (const body of ['{"a":', "[1,", "hello", '"a', "{'a': 1}"])
      for (const method of ["POST", "PUT"])
        expect(await send(method, "/notes", body), `${method} ${body}`).to.deep.equal([
          400,
          { message: "Invalid request body", errors: "[Invalid JSON]" },
        ]);
  });

  it("may be any text if the route's template does not read JSON", async () => {
    expect(await send("POST", "/texts", '{"a":')).to.deep.equal([200, { text: '{"a":' }]);
  });
});
